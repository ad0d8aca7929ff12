// Before the first paint, hence a classic script: what the visitor chose, if they chose.
try {
  const theme = localStorage.getItem('wlk:theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden here: as the system says.
}
