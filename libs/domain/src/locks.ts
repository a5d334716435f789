// Any constants will do, as long as every process of the platform uses the same ones.
/** Held by the one process that makes the first rows; the others then find them. */
export const FIRST_START_LOCK = 5_177_101;
/** Held by the one process that trains, for as long as its connection lives. */
export const TRAINING_LOCK = 5_177_102;
/** Held by a transaction that may replace the current model. */
export const CURRENT_MODEL_LOCK = 5_177_103;
