/** The console: a page that shows what is in a Stator and what is asked of it, and talks nothing but HTTP. */
import { render } from 'preact'
import { App } from './app/app.tsx'

const place = document.getElementById('console')
if (place !== null) render(<App />, place)
