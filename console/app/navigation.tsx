/** Where one can go, which server it is, and how the page looks. */
import {
  Activity,
  Clock,
  Coins,
  Database,
  FileCode,
  Gauge,
  Lightbulb,
  ListTree,
  LogOut,
  Monitor,
  Moon,
  Search,
  Sun,
  TextCursorInput,
  TriangleAlert,
} from 'lucide-preact'
import { Link, useRoute } from 'wouter-preact'
import type { ServerInfo } from '../../src/server/control/routes.ts'
import { forget, gathered } from '../parts/transaction/gathered.ts'
import { leaveSession } from '../server/ask.ts'
import { hasSession, keys, mustSign, noteSession, signOut } from '../server/keys.ts'
import { type Place, places } from './addresses.ts'
import { openPalette } from './palette.tsx'
import { nextTheme, theme } from './theme.ts'

const icons: Readonly<Record<string, typeof Database>> = {
  '/': Database,
  '/requests': Activity,
  '/patterns': ListTree,
  '/advice': Lightbulb,
  '/throttles': TriangleAlert,
  '/cost': Coins,
  '/statements': TextCursorInput,
  '/infrastructure': FileCode,
  '/time': Clock,
}

const themeIcons = { auto: Monitor, light: Sun, dark: Moon }

export function Navigation({ info }: { readonly info: ServerInfo }) {
  const ThemeIcon = themeIcons[theme.value]
  return (
    <nav class="nav" aria-label="Views">
      <div class="brand">
        <img src="/_stator/console/icon.svg" width="24" height="24" alt="" />
        <strong>Stator</strong>
        <span class="soft">{info.version}</span>
      </div>
      <button type="button" class="find" onClick={openPalette}>
        <Search size={15} aria-hidden="true" />
        <span>Find</span>
        <kbd>⌘K</kbd>
      </button>
      <ul class="nav-places">
        {places.map((place) => (
          <NavPlace key={place.path} place={place} />
        ))}
      </ul>
      <div class="nav-foot">
        <span class="soft" title={`Account ${info.account}`}>
          {info.region} · {info.storage}
        </span>
        <span class="soft">throughput: {info.settings.throughput}</span>
        <div class="nav-buttons">
          <button type="button" class="button is-quiet" onClick={nextTheme} aria-label={`Colours: ${theme.value}. Change`}>
            <ThemeIcon size={16} aria-hidden="true" />
          </button>
          {(mustSign || hasSession.value) && (
            <button type="button" class="button is-quiet" onClick={leave} aria-label={`Sign out ${keys.value?.accessKeyId ?? ''}`.trim()}>
              <LogOut size={16} aria-hidden="true" />
            </button>
          )}
        </div>
      </div>
    </nav>
  )
}

/** What is gathered is of who signed in. */
function leave(): void {
  if (gathered.value.length > 0 && !confirm('Sign out, and give up what the transaction has?')) return
  forget()
  if (mustSign) signOut()
  else void leaveSession().catch(() => noteSession(false))
}

function NavPlace({ place: { path, label } }: { readonly place: Place }) {
  const [isHere] = useRoute(path === '/' ? /^\/(tables\/.*)?$/ : `${path}/*?`)
  const Icon = icons[path] ?? Gauge
  return (
    <li>
      <Link href={path} class={isHere ? 'nav-place is-here' : 'nav-place'} aria-current={isHere ? 'page' : undefined}>
        <Icon size={17} aria-hidden="true" />
        <span>{label}</span>
      </Link>
    </li>
  )
}
