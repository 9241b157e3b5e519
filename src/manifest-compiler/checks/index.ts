import type { ParsedProject } from '../read/index.ts';
import { checkAgentReferences } from './agent-references.ts';
import { checkAgentState } from './agent-state.ts';
import { checkAgentVariants } from './agent-variants.ts';
import { checkBodies } from './bodies.ts';
import { checkBudgets, checkWorkflowBudgets } from './budgets.ts';
import type { CheckOptions } from './check-options.ts';
import { checkCommandTools } from './command-tools.ts';
import { checkCycles } from './cycles.ts';
import { checkDecisions } from './decisions.ts';
import { checkEdgeDuplicates } from './edge-duplicates.ts';
import { checkEdgeEnds } from './edge-ends.ts';
import { checkEdgeFields } from './edge-fields.ts';
import { checkEnds } from './ends.ts';
import { checkEmbedding } from './embedding.ts';
import { checkEntries } from './entries.ts';
import { checkEnvironmentNames, checkNamesInWorkflowFiles } from './environment-names.ts';
import { checkExpressions } from './expressions.ts';
import { checkFallbacks } from './fallbacks.ts';
import { checkFilesystemTools } from './filesystem-tools.ts';
import { checkHttpTools } from './http-tools.ts';
import { checkMcpTools } from './mcp-tools.ts';
import { checkMemorySources } from './memory-sources.ts';
import { checkMerges } from './merges.ts';
import { checkModelCassettes } from './model-cassettes.ts';
import { checkModelProviders } from './model-providers.ts';
import { checkModelSettings } from './model-settings.ts';
import { checkModelScripts } from './model-scripts.ts';
import { checkNamedFiles } from './named-files.ts';
import { checkNarrowedPermissions } from './narrowed-permissions.ts';
import { checkNetworkReach } from './network-reach.ts';
import { checkNodeIds } from './node-ids.ts';
import { checkNodeReferences } from './node-references.ts';
import { checkOnFailure } from './on-failure.ts';
import { checkOverrideAgent } from './override-agent.ts';
import { checkPermittedHosts } from './permitted-hosts.ts';
import { checkPipelines } from './pipelines.ts';
import { checkPlugins } from './plugins.ts';
import { checkPrompts } from './prompts.ts';
import { checkQuestions } from './questions.ts';
import { runChecks, type CheckedProject, type Checks } from './run-checks.ts';
import { checkAnswerSchemas, checkSchemas } from './schemas-compile.ts';
import { checkScores } from './scores.ts';
import { checkStageTemplates } from './stage-templates.ts';
import { checkToolPlans } from './tool-plans.ts';
import { checkUnboundedCost } from './unbounded-cost.ts';
import { checkUnhandledFailures } from './unhandled-failures.ts';
import { checkUnused } from './unused.ts';

/** What is checked; problems are sorted afterwards, so their order says nothing. */
const always: Checks = {
  project: [
    checkModelCassettes,
    checkModelProviders,
    checkModelScripts,
    checkModelSettings,
    checkAgentReferences,
    checkFilesystemTools,
    checkCommandTools,
    checkNarrowedPermissions,
    checkHttpTools,
    checkNetworkReach,
    checkPermittedHosts,
    checkMcpTools,
    checkPipelines,
    checkPlugins,
    checkStageTemplates,
    checkFallbacks,
    checkMemorySources,
    checkAgentState,
    checkOverrideAgent,
    checkEmbedding,
    checkEnvironmentNames,
    checkNamedFiles,
    checkSchemas,
    checkBudgets,
    checkUnboundedCost,
    checkUnused,
  ],
  workflow: [
    checkNodeIds,
    checkNodeReferences,
    checkAgentVariants,
    checkBodies,
    checkToolPlans,
    checkEdgeEnds,
    checkEdgeFields,
    checkEdgeDuplicates,
    checkDecisions,
    checkMerges,
    checkEnds,
    checkCycles,
    checkEntries,
    checkUnhandledFailures,
    checkOnFailure,
    checkWorkflowBudgets,
    checkAnswerSchemas,
    checkQuestions,
    checkNamesInWorkflowFiles,
  ],
};

const insteadOfCompiling: Checks = { project: [checkPrompts, checkScores], workflow: [checkExpressions] };

/**
 * Checks what no schema of a single manifest can see: the graph, references, permissions and named files.
 * `texts` holds the named files that were found and everything in schemas/, by path.
 */
export function checkProject(
  parsed: ParsedProject,
  texts: ReadonlyMap<string, string>,
  options: CheckOptions = {},
): CheckedProject {
  return runChecks({ always, insteadOfCompiling }, { ...options, parsed, texts });
}

export type { CheckOptions, ScriptFault } from './check-options.ts';
export type { CheckedProject } from './run-checks.ts';
