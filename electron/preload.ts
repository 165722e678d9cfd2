import { contextBridge, ipcRenderer, webFrame } from 'electron';
import type { PageServer, TillBridge } from '#electron/bridge';

type ServerListener = (server: PageServer | null) => void;

const askServer = (): PageServer | null => ipcRenderer.sendSync('till:server') as PageServer | null;

function onServerChanged(listener: ServerListener): () => void {
  const forward = (_event: unknown, server: PageServer | null): void => listener(server);
  ipcRenderer.on('till:server-changed', forward);
  listener(askServer());
  return () => void ipcRenderer.removeListener('till:server-changed', forward);
}

const till: TillBridge = {
  server: askServer(),
  onServerChanged,
  platform: process.platform,
  versions: {
    electron: process.versions.electron ?? '',
    chrome: process.versions['chrome'] ?? '',
    node: process.versions.node,
  },
  zoom: {
    get: () => webFrame.getZoomFactor(),
    set: (factor) => webFrame.setZoomFactor(Math.min(Math.max(factor, 0.5), 3)),
  },
  mark: (name) => ipcRenderer.send('till:mark', name),
  marks: () => ipcRenderer.invoke('till:marks') as Promise<Record<string, number>>,
};

contextBridge.exposeInMainWorld('till', till);
