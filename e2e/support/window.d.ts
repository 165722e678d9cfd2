import type { TillBridge } from '#electron/bridge';

declare global {
  interface Window {
    till: TillBridge;
  }
}
