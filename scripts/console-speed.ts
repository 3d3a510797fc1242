/** `npm run console-speed`: the console before a server that holds and does much (console-speed/). */
import { runConsoleSpeed } from './console-speed/console-speed.ts'

process.exit(await runConsoleSpeed(process.argv.slice(2)))
