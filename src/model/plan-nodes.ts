/** Nodes of Spark's SQL plans that only wrap others; a stage's nodes have none of them. */
const WRAPPERS = /^(WholeStageCodegen|InputAdapter)\b/;

/** Nodes that say where rows flow, not what is done with them; adaptive execution adds and removes them as the data's size has it. */
const PLUMBING = /^(AdaptiveSparkPlan|\w+QueryStage|AQEShuffleRead|CustomShuffleReader|ColumnarToRow|Project)\b/;

/** Whether a node, named as in a plan, only wraps others. */
export function isWrapper(node: string): boolean {
  return WRAPPERS.test(node);
}

/** Whether a stage's node says nothing of what the stage does. */
export function isPlumbing(node: string): boolean {
  return PLUMBING.test(node);
}
