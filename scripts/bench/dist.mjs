/** The worker's own modules, from its build. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * @param {string} home of the worker
 * @param {string} path of a module below dist
 */
export const load = (home, path) => import(pathToFileURL(join(home, 'dist', path)).href)

/**
 * What turns a request and recordings into a plan.
 * @param {string} home of the worker
 */
export async function loadPlanner(home) {
  const paths = [
    'job/plan-job.js',
    'model/stepwise.js',
    'config/conf.js',
    'config/read-job.js',
    'config/cfg.js',
  ]
  const [{ planJob }, { runToEnd }, { defaultConf }, { readJob }, { parseCfg }] = await Promise.all(
    paths.map((path) => load(home, path)),
  )
  return { planJob, runToEnd, defaultConf, readJob, parseCfg }
}
