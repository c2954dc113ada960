/** Tags: forged report lines, escape codes, megabytes, thousands, in every place that holds text. Pure. */
import { ID, elementsOf, inElements, put, text, unsigned } from './ebml.mjs'
import { hostileText } from './hostile.mjs'
import { boxesNamed, inBoxes, table, words32 } from './mp4.mjs'
import { below, pick, repeatedly, some } from './random.mjs'

export function tags(job, random) {
  for (const recording of some(job.recordings.slice(1), random)) {
    recording.bytes = inElements(recording.bytes, (file) => inMatroska(file, random))
    recording.bytes = inBoxes(recording.bytes, (file) => inMp4(file, random))
  }
}

function inMatroska(file, random) {
  const [segment] = elementsOf(file, ID.segment)
  const one = () => ({
    id: '67c8',
    elements: [text('45a3', hostileText(random)), text('4487', hostileText(random))],
  })
  const count = random() < 0.1 ? 3000 : 1 + below(3, random)
  const target = { id: '63c0', body: random() < 0.5 ? Buffer.alloc(0) : Buffer.from('63c58101', 'hex') }
  const small = () => ({ id: '67c8', elements: [text('45a3', `k${random()}`), text('4487', 'v')] })
  const list = { id: ID.tags, elements: [{ id: '7373', elements: [target] }] }
  for (let i = 0; i < count; i++) list.elements[0].elements.push(i < 3 ? one() : small())
  // Before the clusters, where demuxers read it first, or at the end.
  if (random() < 0.7) segment.elements.splice(1, 0, list)
  else segment.elements.push(list)
  repeatedly(3, random, () => {
    const [info] = elementsOf(file, ID.info)
    const track = pick(elementsOf(file, ID.entry), random)
    pick(
      [
        () => put(info, text('7ba9', hostileText(random))),
        () => put(info, text('4d80', hostileText(random))),
        () => put(track, text('536e', hostileText(random))),
        () => put(track, text('22b59c', hostileText(random, 200))),
        () => put(track, text('258688', hostileText(random))),
        () => segment.elements.splice(1, 0, attachment(random)),
        () => segment.elements.splice(1, 0, chapters(random)),
      ],
      random,
    )()
  })
}

function attachment(random) {
  const file = [text('466e', hostileText(random)), text('4660', pick(['font/ttf', 'image/png'], random))]
  const content = [text('465c', Buffer.alloc(below(5000, random))), unsigned('46ae', 7)]
  return { id: '1941a469', elements: [{ id: '61a7', elements: [...file, ...content] }] }
}

function chapters(random) {
  const atoms = Array.from({ length: pick([1, 3, 5000], random) }, (_, i) => ({
    id: 'b6',
    elements: [
      unsigned('73c4', i + 1),
      unsigned('91', i * 1_000_000),
      { id: '80', elements: [text('85', i < 3 ? hostileText(random) : 'c')] },
    ],
  }))
  return { id: '1043a770', elements: [{ id: '45b9', elements: atoms }] }
}

function inMp4(file, random) {
  const [moov] = boxesNamed(file, 'moov')
  repeatedly(3, random, () => {
    const hdlr = pick(boxesNamed(file, 'hdlr'), random)
    pick(
      [
        () => moov.boxes.push({ name: 'udta', boxes: [meta(random)] }),
        () => pick(boxesNamed(file, 'trak'), random).boxes.push({ name: 'udta', boxes: [meta(random)] }),
        () => (hdlr.body = Buffer.concat([hdlr.body.subarray(0, 24), Buffer.from(hostileText(random))])),
        () => moov.boxes.push({ name: 'udta', boxes: [{ name: '\xa9nam', body: quickTime(random) }] }),
      ],
      random,
    )()
  })
}

/** Tags as QuickTime keeps them: length, language, text. */
function quickTime(random) {
  const said = Buffer.from(hostileText(random, 60_000)).subarray(0, 65_000)
  const head = Buffer.alloc(4)
  head.writeUInt16BE(random() < 0.2 ? 0xffff : said.length)
  return Buffer.concat([head, said])
}

/** Tags as iTunes keeps them, by known names or by names of their own. */
function meta(random) {
  const data = (value) => table('data', 1, [0], Buffer.from(value))
  const count = random() < 0.1 ? 3000 : 3
  const own = Array.from({ length: count }, (_, i) => ({
    name: '----',
    boxes: [
      table('mean', 0, [], Buffer.from('com.apple.iTunes')),
      table('name', 0, [], Buffer.from(i < 3 ? hostileText(random) : `k${i}`)),
      data(i < 3 ? hostileText(random) : 'v'),
    ],
  }))
  const named = [{ name: '\xa9cmt', boxes: [data(hostileText(random))] }]
  const handler = table('hdlr', 0, [0], Buffer.from('mdirappl'), words32(0, 0), Buffer.from([0]))
  const inside = [handler, { name: 'ilst', boxes: [...named, ...own] }]
  return { name: 'meta', head: words32(0), boxes: inside }
}
