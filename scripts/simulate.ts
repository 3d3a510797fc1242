/** `npm run simulate`: random histories on several nodes, as long as one likes (test/simulation/command/). */
import { runSimulateCommand } from '../test/simulation/command/simulate-command.ts'

process.exitCode = await runSimulateCommand(process.argv.slice(2))
