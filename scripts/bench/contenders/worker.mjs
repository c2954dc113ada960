/** The worker itself, as it is run by hand: from cfg.json to the finished file in its bucket. Pure. */
import { line, script } from '../shell.mjs'

/** @type {import('./index.mjs').Contender} */
export function worker({ node, ffmpeg, worker: home, cfgPath, confPath, folder }) {
  const conf = confPath === undefined ? [] : ['--conf', confPath]
  const argv = [
    ...['env', `FFMPEG_PATH=${ffmpeg}`, node, `${home}/bin/owt-main`, '--json', '--quiet', ...conf],
    ...['--work-dir', `${folder}/work`, '--log-dir', `${folder}/logs`, cfgPath],
  ]
  return { files: [], parts: [{ name: 'all', script: script([line(argv)]) }] }
}
