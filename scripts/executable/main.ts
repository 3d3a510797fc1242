/** Where the single executable begins: it has the Node.js that it was made with. */
import { main } from '../../src/cli/main.ts'

main(process.argv.slice(2))
