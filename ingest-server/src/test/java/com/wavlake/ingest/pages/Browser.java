package com.wavlake.ingest.pages;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium, as Debian has it. To start it costs a second or two: one for a test class. */
final class Browser implements AutoCloseable {
  // It warns that it does not know this Chromium's version of a protocol that is not used here.
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    System.setProperty("se.offline", "true"); // nothing is ever downloaded
    SELENIUM.setLevel(Level.SEVERE);
  }

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts it; where it is not installed the test is skipped, and says so. */
  static Browser start() {
    Optional<Path> chromium = onPath("chromium", "chromium-browser", "google-chrome");
    Optional<Path> chromedriver = onPath("chromedriver");
    assumeTrue(chromium.isPresent(), "no chromium on the PATH");
    assumeTrue(chromedriver.isPresent(), "no chromedriver on the PATH: chromium-driver has it");
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.get().toFile())
            .usingAnyFreePort()
            .withLogFile(new File("/dev/null"))
            .build();
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.get().toFile());
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    options.addArguments(
        List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--no-first-run",
            "--mute-audio",
            "--hide-scrollbars",
            "--autoplay-policy=no-user-gesture-required"));
    return new Browser(new ChromeDriver(service, options));
  }

  /** A page of a visitor who was never here before; whatever was open is closed. */
  Tab tab(Visitor visitor) {
    List<String> before = List.copyOf(driver.getWindowHandles());
    driver.switchTo().newWindow(WindowType.TAB);
    String fresh = driver.getWindowHandle();
    for (String old : before) {
      driver.switchTo().window(old).close();
    }
    driver.switchTo().window(fresh);
    driver.manage().logs().get(LogType.BROWSER);
    driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
    return new Tab(driver, visitor);
  }

  private static Optional<Path> onPath(String... names) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.of(path.split(":", -1))
        .flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
