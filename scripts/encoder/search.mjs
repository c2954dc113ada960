/** The search: settings of x264 over a preset, each one step from another. */

/** What all of them share at the end, in the order in which it was found to pay. */
const E = [
  ...['me=dia', 'partitions=none', 'no-dct-decimate=1', 'psy=0', 'weightb=0', 'b-adapt=0', 'direct=temporal'],
  ...['deblock=-1,-1', 'aq-strength=0.7', 'bframes=3'],
].join(':')

const step = (over, preset = 'veryfast') => ({
  title: `${preset === 'veryfast' ? '' : `${preset}, `}${over.split(':').join(' ')}`,
  ...{ preset, speed: 'balanced', over },
})

export const SEARCH = [
  step('subme=1'),
  step('me=dia'),
  step('partitions=none'),
  step('bframes=0'),
  step('bframes=5:direct=temporal:aq-strength=0.7:deblock=-1,-1'),
  step('subme=1:bframes=5:direct=temporal:aq-strength=0.7:deblock=-1,-1'),
  step('subme=1:bframes=5:direct=temporal:aq-strength=0.7:deblock=-1,-1:no-fast-pskip=1:psy=0'),
  step('me=dia:partitions=none:no-dct-decimate=1:bframes=5:direct=temporal:aq-strength=0.7:deblock=-1,-1'),
  step(E),
  step(`${E}:subme=1:me=hex:no-fast-pskip=1`),
  step(`${E}:bframes=2`),
  step(`${E}:bframes=1`),
  step(`${E}:aq-strength=0.6:rc-lookahead=8`),
  step('mbtree=1:rc-lookahead=10:direct=temporal:aq-strength=0.6:partitions=none', 'superfast'),
]
