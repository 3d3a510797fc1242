/** `npm run simulate`: random histories on several nodes, as long as one likes (test/simulation/command/). */
import { runSimulateCommand } from '../test/simulation/command/simulate-command.ts'

// What was interrupted has been cleared away, and may yet wait for somebody to answer.
process.exit(await runSimulateCommand(process.argv.slice(2)))
