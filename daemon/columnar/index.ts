export type { Batch, Column, DataType, Field, Frame, Schema, TimeUnit } from './types.js';
