/** `npm run soak -- --hours 8`: a server under a mixed load for a long time (soak/). */
import { runSoakCommand } from './soak/soak.ts'

process.exit(await runSoakCommand(process.argv.slice(2)))
