/** VitePress's own theme, with the fonts of the machine, so that a page asks nobody for one. */
import DefaultTheme from 'vitepress/theme-without-fonts'
import './stator.css'

export default DefaultTheme
