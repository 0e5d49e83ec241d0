import { type Language, useSettings } from '../settings.js'
import { en, type Words } from './en.js'
import { sk } from './sk.js'

const WORDS: Record<Language, Words> = { en, sk }

export const useWords = (): Words => WORDS[useSettings().language]
