/** Cyclic redundancy checks that Node lacks: bit-reflected, initial value and final XOR all ones. */

/** A reflected polynomial in 32-bit halves; the high half of a 32-bit CRC is 0. */
interface Polynomial {
  readonly bits: 32 | 64
  readonly high: number
  readonly low: number
}

export const CRC32: Polynomial = { bits: 32, high: 0, low: 0xed_b8_83_20 }
export const CRC32C: Polynomial = { bits: 32, high: 0, low: 0x82_f6_3b_78 }
export const CRC64_NVME: Polynomial = { bits: 64, high: 0x9a_6c_93_29, low: 0xac_4b_c9_b5 }
export const CRC64_ECMA: Polynomial = { bits: 64, high: 0xc9_6c_57_95, low: 0xd7_87_0f_42 }

/** A running CRC. `hex` returns the sum in hexadecimal, most significant digit first. */
export function startCrc(polynomial: Polynomial): { update(bytes: Uint8Array): void; hex(): string } {
  const { highs, lows } = tablesOf(polynomial)
  const is64 = polynomial.bits === 64
  let high = is64 ? -1 : 0
  let low = -1
  return {
    update(bytes) {
      let [h, l] = [high, low]
      for (let at = 0; at < bytes.length; at += 1) {
        const index = (l ^ (bytes[at] as number)) & 0xff
        l = ((l >>> 8) | (h << 24)) ^ (lows[index] as number)
        h = (h >>> 8) ^ (highs[index] as number)
      }
      ;[high, low] = [h, l]
    },
    hex: () => (is64 ? word(~high) : '') + word(~low),
  }
}

function word(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}

const made = new Map<Polynomial, { highs: Int32Array; lows: Int32Array }>()

/** Lookup tables: the effect of each byte value on the sum. */
function tablesOf(polynomial: Polynomial): { highs: Int32Array; lows: Int32Array } {
  const known = made.get(polynomial)
  if (known) return known
  const tables = { highs: new Int32Array(256), lows: new Int32Array(256) }
  for (let byte = 0; byte < 256; byte += 1) {
    let [high, low] = [0, byte]
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = (low & 1) === 1
      low = (low >>> 1) | (high << 31)
      high >>>= 1
      if (isOdd) [high, low] = [high ^ polynomial.high, low ^ polynomial.low]
    }
    tables.highs[byte] = high
    tables.lows[byte] = low
  }
  made.set(polynomial, tables)
  return tables
}
