/** Text as disks and services store it, and as it can be part of a URL: each lone surrogate becomes U+FFFD. Pure. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\uFFFD')

/** `text` percent-encoded as one part of a URL. */
export const urlPart = (text: string): string => encodeURIComponent(wellFormed(text))
