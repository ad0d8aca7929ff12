// Pictures that the server may have to fetch first.

const TIMES = 2;
const AFTER = 2_500;

/** One that did not come is asked for again, twice; then its place stays as it was. */
export function again({ target }) {
  target.classList.add('missing');
  const tried = Number(target.dataset.tried ?? 0);
  if (tried >= TIMES) return;
  target.dataset.tried = tried + 1;
  const url = new URL(target.src);
  url.searchParams.set('again', tried + 1);
  setTimeout(() => target.isConnected && (target.src = url.href), AFTER * (tried + 1));
}

/** It came after all, or it is another one. */
export function arrived({ target }) {
  target.classList.remove('missing');
}
