export { mustSay, PRESETS, presetMasks, presetRules } from './presets.js';
