import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Everything the page needs is a file of its own: a strict Content-Security-Policy allows no inline script, style or image.
export default defineConfig({
  plugins: [react()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false } },
})
