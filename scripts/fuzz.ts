/** `npm run fuzz -- --minutes N --seed S`: random cases of every kind, as long as one likes (test/fuzz/). */
import { runFuzzCommand } from '../test/fuzz/fuzz-command.ts'

process.exit(await runFuzzCommand(process.argv.slice(2)))
