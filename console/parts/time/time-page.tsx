/** Time and faults: the server's clock moved and stopped, and what requests are to meet; each also as a line to paste into a test. */

import { FaultsOfServer } from './faults-of-server.tsx'
import { TimeOfServer } from './time-of-server.tsx'

export function TimePage() {
  return (
    <>
      <header class="view-head">
        <h1>Time and faults</h1>
      </header>
      <div class="scrolled">
        <TimeOfServer />
        <FaultsOfServer />
      </div>
    </>
  )
}
