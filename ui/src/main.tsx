import './without-eval.ts';
import './style.css';
import './pages.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { LanguageProvider } from './i18n/language.tsx';
import { startTheme } from './theme.ts';

startTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('bug: the page has no root');
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <App />
    </LanguageProvider>
  </StrictMode>,
);
