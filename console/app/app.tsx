/** The frame of all views: where one can go, what is shown, and whether the server is there. */
import { useEffect, useRef } from 'preact/hooks'
import { Route, Router, Switch, useLocation } from 'wouter-preact'
import type { ServerInfo } from '../../src/server/control/routes.ts'
import { pollMs } from '../limits.ts'
import { Advice } from '../parts/advice/advice.tsx'
import { CostPage } from '../parts/cost/cost-page.tsx'
import { Throttles } from '../parts/heat/throttles.tsx'
import { takeDrops } from '../parts/infrastructure/handed-over.ts'
import { Patterns } from '../parts/patterns/patterns.tsx'
import { Requests } from '../parts/requests/requests.tsx'
import { StatementsPage } from '../parts/statements/statements-page.tsx'
import { TablePage } from '../parts/tables/table-page.tsx'
import { Tables } from '../parts/tables/tables.tsx'
import { TimePage } from '../parts/time/time-page.tsx'
import { gathered } from '../parts/transaction/gathered.ts'
import { control, useRegion } from '../server/ask.ts'
import { isLost, patient } from '../server/connection.ts'
import { keys, mustSign, needsToken, signOut } from '../server/keys.ts'
import { usePolled } from '../server/polled.ts'
import { later } from '../widgets/later.tsx'
import { Empty, Failed, Waiting } from '../widgets/told.tsx'
import { root } from './addresses.ts'
import { BringToken } from './bring-token.tsx'
import { Navigation } from './navigation.tsx'
import { Palette } from './palette.tsx'
import { SignIn } from './sign-in.tsx'
import { applyTheme } from './theme.ts'

export function App() {
  useEffect(applyTheme, [])
  if (mustSign && keys.value === undefined) return <SignIn />
  if (needsToken.value) return <BringToken />
  return (
    <Router base={root}>
      <Inside />
    </Router>
  )
}

function Inside() {
  const [, go] = useLocation()
  useEffect(() => takeDrops(() => go('/infrastructure')), [go])
  // Asked for so often that a server that has gone, or says nothing, is missed on every view.
  const info = usePolled('info', pollMs, (signal) => control<ServerInfo>('GET', 'info', {}, patient(signal)))
  if (info.value === undefined) {
    return (
      <main class="alone">
        {info.error === undefined ? <Waiting what="Asking the server" /> : <Failed error={info.error} again={info.again} />}
        {info.error !== undefined && mustSign && (
          <button type="button" class="button" onClick={signOut}>
            Other keys
          </button>
        )}
      </main>
    )
  }
  useRegion(info.value.region)
  return (
    <div class="frame">
      <a class="skip" href="#view">
        Skip to the view
      </a>
      <Navigation info={info.value} />
      <main id="view" class="view" tabIndex={-1}>
        {isLost.value && (
          <div class="lost" role="alert">
            The server at {location.host} does not answer. This page shows what it knew, and comes back with it.
          </div>
        )}
        <Switch>
          <Route path="/" component={Tables} />
          <Route path="/tables/:table/:view?">
            {({ table, view }) => <TablePage key={table} name={decoded(table)} view={view ?? 'items'} />}
          </Route>
          <Route path="/requests" component={Requests} />
          <Route path="/patterns">
            <Patterns />
          </Route>
          <Route path="/advice" component={Advice} />
          <Route path="/throttles" component={Throttles} />
          <Route path="/cost" component={CostPage} />
          <Route path="/statements" component={StatementsPage} />
          <Route path="/infrastructure">
            <InfrastructurePage info={info.value} />
          </Route>
          <Route path="/time" component={TimePage} />
          <Route>
            <Empty title="There is no such view">
              <p>
                <a href={`${root}/`}>All tables</a>
              </p>
            </Empty>
          </Route>
        </Switch>
        <TrayOnceUsed />
      </main>
      <Palette />
    </div>
  )
}

const InfrastructurePage = later(async () => (await import('../parts/infrastructure/infrastructure-page.tsx')).InfrastructurePage)
const Tray = later(async () => (await import('../parts/transaction/tray.tsx')).Tray)

/** It stays to say that all was sent. */
function TrayOnceUsed() {
  const isUsed = useRef(false)
  isUsed.current ||= gathered.value.length > 0
  return isUsed.current ? <Tray /> : null
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
