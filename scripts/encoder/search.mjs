/** The search: settings of x264 over a preset, from single steps to the whole and to what lies around it. */

/** What `balanced` came to. */
const FOUND = [
  ...['me=dia', 'partitions=p8x8,i8x8,i4x4', 'no-dct-decimate=1', 'scenecut=0', 'rc-lookahead=12', 'psy=0'],
  ...['aq-strength=0.5', 'deblock=-1,-1', 'bframes=3', 'b-adapt=0', 'weightb=0', 'direct=temporal'],
].join(':')
const FEWER_BITS_WASTED = 'direct=temporal:aq-strength=0.7:deblock=-1,-1:bframes=5'

const step = (over, title = over.replaceAll(':', ' '), preset = 'veryfast') => ({
  ...{ title, preset, over, speed: 'balanced' },
})
const around = (over) => step(`${FOUND}:${over}`, `found, with ${over.replaceAll(':', ' ')}`)

export const SEARCH = [
  ...['subme=1', 'me=dia', 'partitions=none', 'bframes=0', 'b-adapt=0', 'scenecut=0'].map((over) =>
    step(over),
  ),
  step(FEWER_BITS_WASTED),
  step(`subme=1:${FEWER_BITS_WASTED}`),
  step(`subme=1:no-fast-pskip=1:psy=0:${FEWER_BITS_WASTED}`),
  step(`me=dia:partitions=none:no-dct-decimate=1:${FEWER_BITS_WASTED}`),
  step(FOUND, `found: ${FOUND.replaceAll(':', ' ')}`),
  ...['subme=1', 'subme=1:me=hex:partitions=none:no-fast-pskip=1', 'me=hex', 'partitions=i8x8,i4x4'].map(
    around,
  ),
  ...['bframes=2', 'bframes=5', 'aq-strength=0.7', 'rc-lookahead=8', 'b-adapt=1', 'psy=1'].map(around),
]
