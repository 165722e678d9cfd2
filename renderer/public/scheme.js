/* global document, window */
// Before the first paint: whoever chose the light look never sees the dark frame.
try {
  if (window.localStorage.getItem('mantine-color-scheme-value') === 'light')
    document.documentElement.setAttribute('data-mantine-color-scheme', 'light');
} catch {
  // a browser that keeps nothing shows the dark frame
}
