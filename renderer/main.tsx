import '@mantine/core/styles.css';
import './app/fonts.css';
import './app/tokens.css';
import './i18n/index.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { keepFocusOnPress, watchDoubleClick, watchInputKind, watchWedge } from './app/keys.ts';

watchWedge();
watchInputKind();
keepFocusOnPress();
watchDoubleClick();

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
