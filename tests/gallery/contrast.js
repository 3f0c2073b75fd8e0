// Returns the texts of the screen that is shown whose contrast is less than 7:1 (WCAG 1.4.6), one line each.
() => {
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  function groundOf(one) {
    for (let box = one; box; box = box.parentElement) {
      const colour = numbers(getComputedStyle(box).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  }
  const open = [...document.querySelectorAll(":popover-open")].at(-1);
  const drawn = (one) => one.checkVisibility() && !one.closest(".said") && (open || !one.closest("[popover]"));
  const hasText = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const faults = [...(open ?? document.body).querySelectorAll("*")].filter((one) => drawn(one) && hasText(one)).map((one) => {
    const [light, dark] = [numbers(getComputedStyle(one).color), groundOf(one)].map(luminance).sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    return ratio < 7 ? `${one.className} ${one.textContent.trim().slice(0, 24)} has a contrast of ${ratio.toFixed(1)}:1` : "";
  });
  return [...new Set(faults.filter(Boolean))];
}
