SELECT made.generation, made.batch, made.clusters, made.features
FROM Stream_State AS state
JOIN Model_Generations AS made ON made.generation = state.generation
