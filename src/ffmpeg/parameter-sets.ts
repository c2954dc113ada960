/** Reads the number of reference pictures from H.264 and HEVC parameter sets. Pure. */

/** Maximum number of leading zeros of an Exp-Golomb code. */
const MOST_ZEROS = 31

/** A bit reader for a NAL unit; skips emulation prevention bytes. */
function bitsOf(unit: Buffer) {
  const bytes = unit.filter((byte, i) => !(byte === 3 && unit[i - 1] === 0 && unit[i - 2] === 0))
  let at = 0
  const bit = (): number => {
    const byte = bytes[at >> 3]
    // A truncated unit is invalid.
    if (byte === undefined) throw new RangeError('the unit ends')
    return (byte >> (7 - (at++ & 7))) & 1
  }
  const u = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++) value = value * 2 + bit()
    return value
  }
  const ue = (): number => {
    let zeros = 0
    while (bit() === 0) if (++zeros > MOST_ZEROS) throw new RangeError('no such number')
    return 2 ** zeros - 1 + u(zeros)
  }
  return { u, ue }
}

/** Profiles with additional chroma parameters. */
const HIGH_PROFILES: ReadonlySet<number> = new Set([
  100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
])

/** @param sps a sequence parameter set, including its NAL header byte */
function referencesOfH264(sps: Buffer): number {
  const { u, ue } = bitsOf(sps)
  u(8)
  const profile = u(8)
  u(16)
  ue()
  if (HIGH_PROFILES.has(profile)) {
    const chroma = ue()
    if (chroma === 3) u(1)
    ue()
    ue()
    u(1)
    if (u(1) === 1) skipScaling(chroma === 3 ? 12 : 8, { u, ue })
  }
  ue()
  const order = ue()
  if (order === 0) ue()
  else if (order === 1) {
    u(1)
    ue()
    ue()
    for (let left = Math.min(255, ue()); left > 0; left--) ue()
  }
  return ue()
}

function skipScaling(lists: number, { u, ue }: ReturnType<typeof bitsOf>): void {
  for (let list = 0; list < lists; list++) {
    if (u(1) === 0) continue
    let [last, next] = [8, 8]
    for (let i = 0; i < (list < 6 ? 16 : 64) && next !== 0; i++) {
      const coded = ue()
      const delta = coded % 2 === 1 ? (coded + 1) / 2 : -coded / 2
      next = (((last + delta) % 256) + 256) % 256
      last = next === 0 ? last : next
    }
  }
}

/** @param vps a video parameter set, including its two NAL header bytes */
function referencesOfHevc(vps: Buffer): number {
  const { u, ue } = bitsOf(vps)
  u(16 + 12)
  const layers = u(3)
  u(1 + 16 + 88 + 8)
  const said = Array.from({ length: layers }, () => [u(1), u(1)] as const)
  if (layers > 0) u(2 * (8 - layers))
  for (const [hasProfile, hasLevel] of said) u(88 * hasProfile + 8 * hasLevel)
  const isEach = u(1) === 1
  let most = 0
  for (let i = isEach ? 0 : layers; i <= layers; i++) {
    most = Math.max(most, ue())
    ue()
    ue()
  }
  return most
}

/** Decoders reject streams that declare more. */
const MOST_REFERENCES = 16
const VPS = 32

/**
 * The number of reference pictures a decoder keeps, from the first parameter set.
 * @param config body of `avcC` or `hvcC`, which is also the content of Matroska's CodecPrivate
 * @returns undefined if it cannot be parsed
 */
export function referencesOf(codec: 'h264' | 'hevc', config: Buffer): number | undefined {
  try {
    const unit = codec === 'h264' ? firstSps(config) : firstVps(config)
    if (!unit) return undefined
    return Math.min(MOST_REFERENCES, codec === 'h264' ? referencesOfH264(unit) : referencesOfHevc(unit))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function firstSps(config: Buffer): Buffer | undefined {
  const count = config.readUInt8(5) & 0x1f
  return count > 0 ? config.subarray(8, 8 + config.readUInt16BE(6)) : undefined
}

function firstVps(config: Buffer): Buffer | undefined {
  const arrays = config.readUInt8(22)
  let at = 23
  for (let i = 0; i < arrays; i++) {
    const kind = config.readUInt8(at) & 0x3f
    const units = config.readUInt16BE(at + 1)
    at += 3
    for (let unit = 0; unit < units; unit++) {
      const length = config.readUInt16BE(at)
      if (kind === VPS) return config.subarray(at + 2, at + 2 + length)
      at += 2 + length
    }
  }
  return undefined
}
