package com.wavlake.ingest.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;

/** One page, as its visitor sees and uses it. Everything is waited for, nothing is slept for. */
final class Tab {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final String SIGNER = resource("/nip07.js");
  private static final String AXE = resource("/axe.min.js");
  private static final String FIND = resource("/find.js");

  private final ChromeDriver driver;
  private final List<Pattern> expected = new ArrayList<>();
  private boolean isStorageEmpty;

  Tab(ChromeDriver driver, Visitor visitor) {
    this.driver = driver;
    become(visitor);
    visitor
        .key()
        .map(key -> HexFormat.of().formatHex(key.exportBytes()))
        .ifPresent(hex -> beforeEachPage("const SECRET = '" + hex + "';\n" + SIGNER));
  }

  /** Window, system and finger are another's from now on; the signer stays. */
  void become(Visitor visitor) {
    cdp(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            visitor.width(),
            "height",
            visitor.height(),
            "deviceScaleFactor",
            1,
            "mobile",
            visitor.phone()));
    cdp("Emulation.setTouchEmulationEnabled", Map.of("enabled", visitor.phone()));
    cdp(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", visitor.scheme()),
                Map.of(
                    "name",
                    "prefers-reduced-motion",
                    "value",
                    visitor.stillness() ? "reduce" : "no-preference"))));
  }

  /** Runs in every page before its own scripts do. */
  void beforeEachPage(String script) {
    cdp("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** To a URL. */
  Tab open(String url) {
    if (!isStorageEmpty) {
      URI uri = URI.create(url);
      String origin = uri.getScheme() + "://" + uri.getAuthority();
      cdp("Storage.clearDataForOrigin", Map.of("origin", origin, "storageTypes", "all"));
      isStorageEmpty = true;
    }
    driver.get(url);
    return this;
  }

  void reload() {
    driver.navigate().refresh();
  }

  /** Where it is now. */
  String url() {
    return driver.getCurrentUrl();
  }

  Map<String, Object> cdp(String command, Map<String, Object> parameters) {
    return driver.executeCdpCommand(command, parameters);
  }

  /** Runs statements in the page. */
  Object run(String script, Object... arguments) {
    return Objects.requireNonNullElse(driver.executeScript(script, arguments), "");
  }

  /** Runs statements in the page that call {@code done} with a value some time. */
  Object later(String script, Object... arguments) {
    return Objects.requireNonNullElse(
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1]; " + script, arguments),
        "");
  }

  /** The value of an expression; an empty text for none. */
  Object value(String expression) {
    return run("return (" + expression + ")");
  }

  double number(String expression) {
    return value(expression) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  boolean is(String expression) {
    return value("Boolean(" + expression + ")").equals(true);
  }

  /** The text of an element, as it is seen. */
  String text(String selector) {
    return value("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''").toString();
  }

  /** Until an expression is true. */
  void until(String expression) {
    until(expression, SOON);
  }

  void until(String expression, Duration within) {
    waitFor(expression, within, () -> is(expression));
  }

  /** Until the page says that, in an element. Line breaks are as good as spaces. */
  void untilText(String selector, String text) {
    waitFor(selector + " says " + text, SOON, () -> says(selector, text));
  }

  void untilText(String text) {
    untilText("body", text);
  }

  boolean says(String selector, String text) {
    return run(
            "return [...document.querySelectorAll(arguments[0])]"
                + ".some((e) => e.innerText.replace(/\\s+/g, ' ').includes(arguments[1]))",
            selector,
            text)
        .equals(true);
  }

  /** Presses the button, link or field that is called so, once it is there and can be pressed. */
  void click(String name) {
    click("body", name);
  }

  /** The same within an element. */
  void click(String within, String name) {
    waitFor(
        "'" + name + "' can be pressed",
        SOON,
        () -> {
          find(within, name).click();
          return true;
        });
  }

  /** Types into the field that is called so. */
  void type(String name, CharSequence text) {
    waitFor("'" + name + "' takes text", SOON, () -> find("body", name).isEnabled());
    find("body", name).sendKeys(text);
  }

  /** Chooses from a list. */
  void choose(String name, String option) {
    type(name, option);
  }

  boolean has(String name) {
    return !run(FIND, "body", name).equals("");
  }

  private WebElement find(String within, String name) {
    if (run(FIND, within, name) instanceof WebElement element) {
      return element;
    }
    throw new StaleElementReferenceException("nothing is called " + name);
  }

  /** Keys, to whatever has the focus. */
  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** The Tab key, until something called so has the focus; fails after a whole round. */
  void tabTo(String name) {
    for (int i = 0; i < 60; i++) {
      if (run(FIND, "body", name) instanceof WebElement element
          && element.equals(driver.switchTo().activeElement())) {
        return;
      }
      press(Keys.TAB);
    }
    throw new AssertionError("the Tab key does not reach " + name);
  }

  void intoFrame(String selector) {
    waitFor(
        selector,
        SOON,
        () -> {
          driver.switchTo().defaultContent();
          driver.switchTo().frame(driver.findElement(org.openqa.selenium.By.cssSelector(selector)));
          return true;
        });
  }

  void outOfFrames() {
    driver.switchTo().defaultContent();
  }

  /** What is wrong for people who see, hear or move otherwise, by axe: WCAG 2.2 A and AA. */
  List<String> barriers() {
    run(AXE);
    Object found =
        driver.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
            axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }).then(
              ({ violations }) => done(violations.flatMap((v) => v.nodes.map((n) =>
                `${v.id}: ${n.target.join(' ')} ${n.failureSummary.replace(/\\s+/g, ' ')}`))),
              (e) => done([`axe: ${e}`]));\
            """);
    return ((List<?>) Objects.requireNonNull(found)).stream().map(Object::toString).toList();
  }

  /** For people to look at, in target/screenshots. */
  void picture(String name) {
    try {
      Files.createDirectories(PICTURES);
      Object png = cdp("Page.captureScreenshot", Map.of("format", "png")).get("data");
      Files.write(
          PICTURES.resolve(name + ".png"),
          Base64.getDecoder().decode(Objects.requireNonNull(png).toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Errors in the console that look like this are part of the test. */
  void expectError(String pattern) {
    expected.add(Pattern.compile(pattern));
  }

  /** Whatever else the console says is wrong: a broken rule of the policy above all. */
  void verify() {
    outOfFrames();
    assertThat(
            driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(entry -> entry.getMessage())
                .filter(message -> expected.stream().noneMatch(e -> e.matcher(message).find())))
        .as("errors in the console")
        .isEmpty();
  }

  private void waitFor(String what, Duration within, Callable<Boolean> condition) {
    try {
      await(what)
          .atMost(within)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(50))
          .ignoreExceptionsMatching(
              e -> e instanceof WebDriverException && !(e instanceof JavascriptException))
          .until(condition);
    } catch (ConditionTimeoutException e) {
      picture("failed");
      throw new AssertionError(
          "not within " + within.toSeconds() + " s: " + what + "\n" + text("body"), e);
    }
  }

  static String quoted(String text) {
    return com.fasterxml.jackson.databind.node.TextNode.valueOf(text).toString();
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Tab.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
