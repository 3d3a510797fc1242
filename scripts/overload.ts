/** `npm run overload`: a server under more than it can do (overload/). */
import { runOverloadCommand } from './overload/overload.ts'

process.exit(await runOverloadCommand(process.argv.slice(2)))
