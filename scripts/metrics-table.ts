/** The part of docs/metrics.md that lists the metrics, made from their table. */
import { isMetricName, metricFacts, metricUnits } from '../src/metering/metrics/metric-names.ts'
import { prometheusName } from '../src/server/prometheus.ts'

const begin = '<!-- metrics: made by `node scripts/metrics.ts`, held to the table of metrics by a test -->\n'
const end = '<!-- /metrics -->'

/** The document with its list of metrics made anew. */
export function withMetrics(document: string): string {
  const start = document.indexOf(begin) + begin.length
  const stop = document.indexOf(end)
  if (start < begin.length || stop < start) throw new Error('docs/metrics.md has no place for the metrics')
  const head = '| metric | unit | dimensions | Prometheus | counts |\n| --- | --- | --- | --- | --- |\n'
  return `${document.slice(0, start)}\n${head}${Object.keys(metricUnits).map(row).join('')}\n${document.slice(stop)}`
}

function row(name: string): string {
  if (!isMetricName(name)) return ''
  const { dimensions, counts } = metricFacts[name]
  return `| ${name} | ${metricUnits[name]} | ${dimensions.replaceAll(' ', ', ')} | \`${prometheusName(name)}\` | ${counts} |\n`
}
