"""A page in Chromium that keeps time: when the map is there, when a change is painted, how long frames take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

# Runs before the page. A frame counts as painted when the next one begins.
PROBE = """
(() => {
  const state = (globalThis.meting = { tasks: [], frames: [], bytes: 0, first: 0 });
  new PerformanceObserver((list) => state.tasks.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: "longtask", buffered: true });
  const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(() => then(performance.now())));
  const look = () => {
    const shapes = document.querySelectorAll("path.vk-buurt[d]").length;
    if (shapes >= SHAPES && document.body?.classList.contains("klaar")) painted((now) => { state.shown = now; });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  const Socket = globalThis.WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (data === '{"t":"pong"}') return;
        state.first ||= performance.now();
        state.bytes += data.length;
      });
    }
  };
  // From the first message until `count` buurten have changed and that is painted.
  state.change = (count) => new Promise((done) => {
    Object.assign(state, { first: 0, bytes: 0 });
    const changed = new Set();
    const observer = new MutationObserver((list) => {
      for (const { target } of list) if (target.matches?.("path.vk-buurt")) changed.add(target);
      if (changed.size < count) return;
      observer.disconnect();
      painted((now) => done({ ms: now - state.first, bytes: state.bytes }));
    });
    const layer = document.querySelector("svg.vk-laag");
    observer.observe(layer, { subtree: true, attributes: true, attributeFilter: ["class", "fill", "aria-label"] });
  });
  // What people do themselves: from the first event of that kind until the frame after it.
  state.act = (kind) => new Promise((done) => addEventListener(kind, () => {
    const start = performance.now();
    painted((now) => done({ ms: now - start }));
  }, { once: true, capture: true }));
  state.watch = () => {
    Object.assign(state, { tasks: [], frames: [], watching: true });
    let before = performance.now();
    const next = (now) => {
      state.frames.push(now - before);
      before = now;
      if (state.watching) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  };
})();
"""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A screen, and how many times slower than this machine it computes."""

    width: int
    height: int
    touch: bool = False
    slower: int = 1


SHAPES = {
    "deelnemer": Shape(width=390, height=844, touch=True),
    "trage telefoon": Shape(width=390, height=844, touch=True, slower=4),
    "begeleider": Shape(width=1440, height=900),
    "scherm": Shape(width=1920, height=1080),
}


class TimedPage:
    """One window in a context of its own.

    Parameters
    ----------
    browser : Browser
    shape : Shape
    buurten : int
        How many shapes the complete map has.
    """

    def __init__(self, browser: Browser, shape: Shape, buurten: int) -> None:
        self.shape = shape
        self.context: BrowserContext = browser.new_context(
            viewport={"width": shape.width, "height": shape.height},
            has_touch=shape.touch,
            is_mobile=shape.touch,
            device_scale_factor=2 if shape.touch else 1,
        )
        self.page: Page = self.context.new_page()
        self.page.add_init_script(PROBE.replace("SHAPES", str(buurten)))
        self._wire: CDPSession = self.context.new_cdp_session(self.page)
        self._wire.send("Network.enable")
        self._wire.send("Performance.enable", {"timeDomain": "threadTicks"})
        self._wire.on("Network.loadingFinished", self._loaded)
        self._bytes = 0

    def _loaded(self, event: dict[str, Any]) -> None:
        self._bytes += int(event["encodedDataLength"])

    def open(self, go: Callable[[], object]) -> dict[str, float]:
        """Go to a page; return when the map was there, after navigation and after the page came, and bytes."""
        self._wire.send("Emulation.setCPUThrottlingRate", {"rate": self.shape.slower})
        self._bytes = 0
        before = self.cpu_ms
        go()
        self.page.wait_for_function("() => globalThis.meting?.shown", timeout=60_000)
        found = self.page.evaluate(
            """() => {
              const { responseEnd } = performance.getEntriesByType("navigation")[0];
              return { map_s: meting.shown / 1000, map_after_page_s: (meting.shown - responseEnd) / 1000,
                longest_task_ms: Math.max(0, ...meting.tasks) };
            }"""
        )
        self.page.wait_for_timeout(300)
        messages = self.page.evaluate("() => meting.bytes")
        # Another host is another process, which counts from nothing.
        after = self.cpu_ms
        found["map_cpu_ms"] = after - before if after >= before else after
        return found | {"wire_kb": (self._bytes + messages) / 1000, "messages_kb": messages / 1000}

    @property
    def cpu_ms(self) -> float:
        """Processor time of the page so far; unlike a clock, it does not count what else the machine does."""
        metrics = self._wire.send("Performance.getMetrics")["metrics"]
        return 1000 * next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")

    def arm(self, count: int) -> None:
        """Begin to wait for `count` changed buurten; :meth:`changed` tells."""
        self.page.evaluate(f"() => {{ globalThis.wacht = meting.change({count}); }}")

    def changed(self) -> dict[str, float]:
        """Return ms from the message until it was painted, and its bytes."""
        return self._answer()

    def act(self, kind: str, do: Callable[[], object]) -> float:
        """Do something; return ms from its first event of this kind until the frame after it."""
        self.page.evaluate(f"() => {{ globalThis.wacht = meting.act({kind!r}); }}")
        do()
        return self._answer()["ms"]

    def _answer(self) -> dict[str, float]:
        answer: dict[str, float] = self.page.evaluate(
            """() => Promise.race([wacht, new Promise((_, no) => {
              setTimeout(() => no(new Error("nothing changed")), 10000);
            })])"""
        )
        return answer

    def moves(self) -> dict[str, float]:
        """Drag and zoom the map as a hand does; return the longest frame and task, and the 95th percentile (ms)."""
        before = self.cpu_ms
        self.page.evaluate("() => meting.watch()")
        box = self.page.locator(".leaflet-container").bounding_box()
        assert box is not None
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for _ in range(3):
            (self._swipe if self.shape.touch else self._drag)(middle, box["width"] / 4)
            (self._pinch if self.shape.touch else self._wheel)(middle)
        found: dict[str, float] = self.page.evaluate(
            """() => {
              meting.watching = false;
              const frames = meting.frames.toSorted((a, b) => a - b);
              return { frame_p95_ms: frames[Math.floor(frames.length * 0.95)], frame_longest_ms: frames.at(-1),
                task_longest_ms: Math.max(0, ...meting.tasks) };
            }"""
        )
        return found | {"moves_cpu_ms": self.cpu_ms - before}

    def _drag(self, middle: tuple[float, float], far: float) -> None:
        mouse = self.page.mouse
        mouse.move(*middle)
        mouse.down()
        for step in range(20):
            mouse.move(middle[0] + far * step / 20, middle[1] + far * step / 40)
        mouse.up()
        self.page.wait_for_timeout(400)

    def _wheel(self, middle: tuple[float, float]) -> None:
        self.page.mouse.move(*middle)
        for turn in (-120, -120, 120, 120):
            self.page.mouse.wheel(0, turn)
            self.page.wait_for_timeout(350)

    def _touch(self, kind: str, *points: tuple[float, float]) -> None:
        where = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        self._wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    def _swipe(self, middle: tuple[float, float], far: float) -> None:
        self._touch("touchStart", middle)
        for step in range(20):
            self._touch("touchMove", (middle[0] + far * step / 20, middle[1] + far * step / 40))
        self._touch("touchEnd")
        self.page.wait_for_timeout(400)

    def _pinch(self, middle: tuple[float, float]) -> None:
        x, y = middle
        for apart in (range(40, 120, 4), range(120, 40, -4)):
            self._touch("touchStart", (x - apart[0], y), (x + apart[0], y))
            for step in apart:
                self._touch("touchMove", (x - step, y), (x + step, y))
            self._touch("touchEnd")
            self.page.wait_for_timeout(400)

    def close(self) -> None:
        """Close the window."""
        self.context.close()
