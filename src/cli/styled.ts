/** Text in colours, where somebody sees them: a terminal that has some, and no NO_COLOR. */
import { styleText } from 'node:util'

export function styled(style: 'red' | 'bold' | 'dim' | 'cyan', text: string, stream: NodeJS.WriteStream): string {
  return styleText(style, text, { stream })
}
