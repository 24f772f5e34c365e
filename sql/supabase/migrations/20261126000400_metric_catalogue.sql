/*
 * The metric catalogue: direction, unit and range of common metrics.
 *
 * Equal to the list in crates/bench-model/src/metric/catalogue.rs; a test compares them.
 */

insert into public.benchmark_metrics (name, unit, direction, min, max, description, source)
select *, 'catalogue' from (values
  ('precision',              'ratio',      'higher_is_better',  0,    1,    'Share of the findings that are right'),
  ('recall',                 'ratio',      'higher_is_better',  0,    1,    'Share of what should be found that was found'),
  ('f1',                     'ratio',      'higher_is_better',  0,    1,    'Harmonic mean of precision and recall'),
  ('accuracy',               'ratio',      'higher_is_better',  0,    1,    'Share of the answers that are right'),
  ('balanced_accuracy',      'ratio',      'higher_is_better',  0,    1,    'Mean recall over the classes'),
  ('specificity',            'ratio',      'higher_is_better',  0,    1,    'Share of the negatives that were left alone'),
  ('roc_auc',                'ratio',      'higher_is_better',  0,    1,    'Area under the receiver operating characteristic'),
  ('pr_auc',                 'ratio',      'higher_is_better',  0,    1,    'Area under the precision-recall curve'),
  ('exact_match',            'ratio',      'higher_is_better',  0,    1,    'Share of the answers equal to the expected text'),
  ('pass_rate',              'ratio',      'higher_is_better',  0,    1,    'Share of the test cases passed'),
  ('success_rate',           'ratio',      'higher_is_better',  0,    1,    'Share of the requests that succeeded'),
  ('mcc',                    'score',      'higher_is_better', -1,    1,    'Matthews correlation coefficient'),
  ('latency_ms',             'ms',         'lower_is_better',   0,    null, 'Time for one example'),
  ('latency_p50_ms',         'ms',         'lower_is_better',   0,    null, 'Median time for one example'),
  ('latency_p95_ms',         'ms',         'lower_is_better',   0,    null, 'Time that 95 % of the examples stay under'),
  ('latency_p99_ms',         'ms',         'lower_is_better',   0,    null, 'Time that 99 % of the examples stay under'),
  ('time_to_first_token_ms', 'ms',         'lower_is_better',   0,    null, 'Time until the first token'),
  ('analysis_cost',          'usd',        'lower_is_better',   0,    null, 'Cost of one analysis'),
  ('cost_usd',               'usd',        'lower_is_better',   0,    null, 'Cost of the run'),
  ('input_tokens',           'tokens',     'lower_is_better',   0,    null, 'Tokens sent to the model'),
  ('output_tokens',          'tokens',     'lower_is_better',   0,    null, 'Tokens the model wrote'),
  ('total_tokens',           'tokens',     'lower_is_better',   0,    null, 'Tokens sent and written'),
  ('error_rate',             'ratio',      'lower_is_better',   0,    1,    'Share of the requests that failed'),
  ('hallucination_rate',     'ratio',      'lower_is_better',   0,    1,    'Share of the answers with an invented fact'),
  ('brier_score',            'ratio',      'lower_is_better',   0,    1,    'Mean squared error of the predicted probabilities'),
  ('log_loss',               'nats',       'lower_is_better',   0,    null, 'Mean negative log likelihood'),
  ('perplexity',             'score',      'lower_is_better',   0,    null, 'Exponential of the mean negative log likelihood'),
  ('mae',                    'score',      'lower_is_better',   0,    null, 'Mean absolute error, in the unit of the target'),
  ('rmse',                   'score',      'lower_is_better',   0,    null, 'Root mean squared error, in the unit of the target'),
  ('throughput',             'per_second', 'higher_is_better',  0,    null, 'Examples per second'),
  ('tokens_per_second',      'per_second', 'higher_is_better',  0,    null, 'Tokens written per second'),
  ('memory_mb',              'mb',         'lower_is_better',   0,    null, 'Peak memory'),
  ('model_size_mb',          'mb',         'lower_is_better',   0,    null, 'Size of the model')
) as line (name, unit, direction, min, max, description);

/*
 * metric_words() -> {word: kind}: the words that names of metrics are made of
 *
 * `_` joins those that mean something together. Equal to WORDS in
 * crates/bench-model/src/metric/words.rs, which explains the kinds. A constant and no table, because
 * a name is read in many small steps.
 */
do $do$
begin
  execute format($$
    create function benchmark_private.metric_words()
      returns jsonb language sql immutable parallel safe security invoker set search_path = ''
    as %L $$, (
    select format('select %L::jsonb', jsonb_object_agg(w.word, k.kind))
    from (values
    ('good', 'acc accept_length acceptance_length accepted_length accuracy ap ar area_under ari auc aupr
       auprc auroc availability bandwidth bertscore better biou bleu bleurt brier_skill c_index
       calmar chrf cider click_through clipscore codebleu comet compression_ratio concordance
       cons corr corrcoef correlation dcg demographic_parity_ratio dice distinct distinct_1
       distinct_2 effective efficiency efficient elbo elo em equalized_odds_ratio exact
       exact_match explained_variance f05 f1 f2 f_beta f_measure f_score fbeta flop_utilization
       fmeasure fps frame_rate fscore g_mean giou gleu glicko goodput hfu hota idf1 imagereward
       improved inception_score information_gain iou jaccard kappa kendall kendalltau las
       log_likelihood log_prob loglikelihood logprob maj map map50 mar mauve mc1 mc2 mcc meteor
       mfu miou mos mota mrr ms_ssim mutual_info mutual_information ndcg nmi npv nsd
       opportunity_ratio p_at parity_ratio pauc pck pearson pearsonr pesq pickscore picp ppv pq
       prauc prec precision predictive_value profit psnr qps quasi_exact_match qwk r2 r_2 r_at
       r_squared rand_index recall reciprocal_rank request_rate return revenue rew reward roc roi
       rouge rougel rougelsum rps rq rsquared rtfx sacrebleu safe_answer safe_output
       safe_response sari sdr sensitivity sharpe si_sdr signal_to_noise sisdr sisnr skill_score
       snr solve sortino spearman spearmanr specificity spice sq ssim statistical_power stoi
       tflop throughput tn tnr token_rate top1 top10 top2 top3 top5 top_1 top_3 top_5 tp tpr tps
       trueskill uas v_measure variance_explained win win_loss winrate wip xcomet youden'),
    ('quality', 'accept acceptance adequacy adequate adherence adherent adoption aesthetic agreement
       aligned alignment appropriate approval attainment benefit bit_saved calibrated calibration
       capability clarity clear coherence coherent compilable compiles complete completeness
       concise consistency consistent contact_resolution containment convergence_rate conversion
       coverage covered creative creativity csat ctr deflection diverse diversity empathy
       engagement engaging entailed entailment executable executes explainability factual
       factuality fair fairness faithful fidelity fitness flesch fluency fluent following gain
       generalization good grounded grounding harmless helpful honest honesty includes inclusion
       inclusive informative insightful instruction_following intelligibility interpretability
       json_valid lift match natural novelty nps originality parseable performance persuasive
       plausibility polite politeness positive_feedback preservation privacy progress quality
       readability readable reading_ease relevance relevancy reliability reliable resolution_rate
       retention robust safe safety satisfaction schema_valid secure security serendipity
       silhouette similarity speed stability stable supported thumbs_up trust trustworthiness
       truth truthful unique uniqueness uplift usability useful util utilisation utility
       utilization valid_answer valid_json valid_output valid_pct valid_rate valid_response
       valid_sql validity well_formed'),
    ('task', 'agieval aider aime alpaca_eval alpacaeval anli arc arc_challenge arc_easy arena_hard bbh
       beir bench bfcl bigbench boolq c_eval ceval chartqa cifar10 cifar100 cmmlu coco cola
       commonsenseqa csqa docvqa g_eval gaia geval glue gpqa gsm gsm8k hellaswag hle human_eval
       humaneval ifeval imagenet lambada livecodebench logiqa longbench math mathvista mbpp
       medmcqa medqa mgsm mmlu mmmu mnli mrpc mt_bench mteb musr needle niah openbookqa osworld
       piqa qnli qqp race rte ruler simpleqa siqa squad sst stsb superglue swe tau2 tau_bench
       textvqa truthfulqa vqa webarena winogrande wnli xnli'),
    ('event', 'accepted accurate completed completion compliance compliant hit matched pass passed passes
       reached relevant solved success successful verified'),
    ('bad', '4xx 5xx abandonment abs_rel absrel ace ade aic anomalies anomaly artifact asd assd ate
       average_rank avg_rank backlog bad bias biased bic bit_per bounce bpb bpc bpt breach brier
       brisque bug cer cfid chamfer churn clipped collision complaint concern confabulation
       contamination contradicted contradiction contradictory copied corrupt corrupted corruption
       crash cross_entropy crossentropy crps danger dcf deception deceptive default_rate defect
       degradation degraded deletion demographic_parity_difference der deterioration deviance
       deviation disagreement discrepancy disparity distortion dists divergence downtime drawdown
       drift drop_rate dropped drops duplicate duplication ece edit_distance eer emd empty
       energy_distance energy_score epe err error escalation evasion evasive evicted eviction
       exceedance exceeded exception excess fabricated fabrication fad fail failed failing
       failure fallback false_alarm falsehood far fault fde fdr fid flakiness flaky flip_rate fn
       fnr forgetting fp fpr fragmentation frr frustration fvd gap hallucinate hallucinated
       hallucination hamming harm hate hateful hausdorff hazard hd95 hd_95 hinge huber id_switch
       id_switches idsw impurity incident inertia insertion instability insult interference
       invalid invalidity issue jer jitter jsd kid kl kld leak leakage leaked levenshtein logcosh
       loss lost lpips mae malformed malware manipulation mape mase mcd mce mdape mean_rank medae
       median_rank memorization mer minade misclassification misclassified misinformation
       mismatch_rate miss missed missing mistake mmd mpjpe mre mse msle nan neg_log_likelihood
       neg_log_prob neg_loglikelihood negative_feedback negative_log negative_log_likelihood
       negative_log_prob negativity niqe nll noise noise_sensitivity nrmse nsfw null odds_diff
       odds_difference offensive oom opportunity_diff opportunity_difference outlier over_refusal
       over_rejection overconfidence overfit overfitting overflow overhead overrefusal
       overreliance overshoot pampjpe parity_diff parity_difference penalty pending perplexity
       pii pinball piqe plagiarism population_stability ppl preempted preemption profane
       profanity prompt_sensitivity psi race_condition rate_limit rate_limited redundancy
       redundant regressed regression regret repeated repetition repetitive residual retried
       retries retry reward_hacking risk rmsd rmse rmsle rollback rpe sce ser sfid shortfall
       silog slowdown smape spam sse stale staleness stall stalled stereotype stereotypical
       stress stuck substitution surprisal sycophancy sycophantic tax ter threat throttle
       throttled thumbs_down timeout toxicity truncated truncation unanswered underconfidence
       underfitting underflow undetected unresolved unsubscribe verbosity violated violation
       violence volatility vulnerabilities vulnerability wape warning wasserstein waste wasted
       wer wil winkler wis wmape worse wrong xent'),
    ('attack', 'adversarial_success asr attack backdoor dangerous exfiltration exploit harmful injection
       jailbreak malicious membership_inference toxic unsafe'),
    ('right', 'correct correctly true'),
    ('wrong', 'exaggerated excessive false incorrect incorrectly unnecessary wrongful wrongly'),
    ('amount', 'artifact_size bandwidth_usage bandwidth_used binary_size bundle_size cache_size
       cache_usage carbon checkpoint_size co2 co2e cold_start cost delay disk_size download_size
       duration e2el elapsed electricity emission expense file_size flop footprint gmac gpu_day
       gpu_hour gpu_minute gpu_second index_size itl joule kv_cache_usage kwh lag latencies
       latency macs memory_size model_size mttd mttr nfe package_size page_fault param parameter
       price queue_depth queue_length queue_size queue_time real_time_factor realtime_factor rss
       rtf runtime spend startup tbt tpot ttfb ttft ttlt turnaround wallclock walltime watt wh'),
    ('resource', 'cpu disk dist distance energy hbm heap mem memory power ram storage time vram wait waiting'),
    ('token', 'tok token'),
    ('share', 'frac fraction freq frequency incidence index indicator likelihood metric pct percent
       percentage prevalence prob probability proportion rate ratio share'),
    ('score', 'grade rating score'),
    ('count', 'cnt count counts n nb no_of num number'),
    ('thing', 'answer attempt batch call case categories category char character chunk citation class
       classes client cluster coefficient conversation doc document edge episode epoch example
       expert feature file fold frame game generation head image img instance interaction it item
       iter iteration job label layer message neuron node page paragraph passage prediction
       problem prompt queries query question record reference replica req request response
       rollout row run sample sentence sequence service shot step task test_case ticket time_step
       timestep trial turn user word worker'),
    ('setting', 'alpha audio_duration audio_length audio_second backward_pass beta bit bit_rate bitrate
       budget clip_duration clip_frac clip_fraction clip_range clipfrac code coef concurrency
       context_window cutoff date depth dim dimension dp_size dropout dropout_rate end_time
       entropy exit_code forward_pass frequency_penalty gamma grad_norm gradient_norm height
       horizon_length id kl_coefficient lambda learning_rate len length length_penalty limit lr
       max_iter max_iteration max_length max_new max_new_token max_retry max_step max_token
       max_turn momentum num_worker offset p_val p_value parallelism param_norm port
       precision_bit presence_penalty processed pvalue quantile quantization rank
       repetition_penalty return_code sample_rate sampling_rate scale seed seen size
       speech_duration start_time statistic status_code support t_stat target temp temperature
       threshold timestamp top_k top_p tp_size trained version video_duration video_second vocab
       vocabulary warmup weight weight_decay weight_norm width window year z_score'),
    ('money', 'cent dollar eur gbp usd'),
    ('bytes', 'byte gb gib gigabyte kb mb megabyte mib tb'),
    ('time', 'day hour hr microsecond millisecond mins minute ms msec nanosecond ns s sec second secs us
       usec'),
    ('cure', 'awareness corrected correction defence defense detection detector fixed handling
       identification immunity improvement localization met mitigation prevention protection
       recognition recovery remediation removal removed resilience resistance resolved robustness
       screening speed_up speedup suppression within'),
    ('saved', 'avoidance avoided mtbf mttf prevented saved saving savings uptime'),
    ('drop', 'decrease decreased drop reduced reduction'),
    ('drop_of', 'decrease_in decrease_of drop_from drop_in drop_of reduction_in reduction_of'),
    ('inverse', 'inv inverse inverted neg_brier neg_log neg_max neg_mean neg_median neg_root negated
       one_minus reciprocal'),
    ('not', 'no non not without zero'),
    ('blocked', 'block blocked closed defended filtered free intercepted mitigated neutralized recovered'),
    ('spare', 'active available cache_read cache_write cached dwell idle play remaining screen session
       spare survival unused watch'),
    ('change', 'change delta diff difference'),
    ('spread', 'ci ci_high ci_low confidence_interval confidence_level iqr lower_bound lower_ci mad
       margin_of_error range sd se spread standard_deviation standard_error std std_dev std_err
       std_error stddev stderr stdev sterr upper_bound upper_ci var variance'),
    ('aside', 'across against at between by for from given in of on than under versus vs when with'),
    ('per', 'per'),
    ('until', 'day_to epoch_to hour_to mean_time_between step_to time_between time_to'),
    ('refusal', 'abstain abstention refusal refused reject rejected rejection'),
    ('unclear', 'ambiguity anomaly_score arousal caught classification classifier cognitive_load
       coleman_liau complexity compression confidence cpu_util cpu_utilization credit
       demographic_parity detected difficulty discovered disparate_impact draw effort emotion
       error_budget event fever fkgl flag flagged flesch_kincaid formality found gflop
       gpu_percent gpu_usage handled identified importance intensity interval_score
       likelihood_ratio log_score loss_scale mood neg_loss polarity priority propensity
       quantile_score reading_level reported self_bleu sentiment severity smog subjectivity tie
       tolerance trigger uncertainty valence'),
    ('plain', 'a abs absolute actual agent aggregate aggregated all allocated an and api are average
       averaged avg benchmark benign best bin bootstrap bucket client_side consumed consumption
       cuda cumulative current custom cv daily default dev device e2e ema end_to_end estimated
       eval evaluation few_shot final flexible g generated global gpu gram grouped host hourly
       human in_domain inference input interval is judge k kg last level llm local log loose
       macro max maximum mean median mg micro min minimum model monthly moving new none norm
       normalised normalized old or out_of_domain output overall pctl peak percentile pred
       predicted process produced raw read reasoning received relative request_level reserved
       rolling root sent server smoothed spent squared strict sum symmetric taken test the total
       train training usage used val validation value weekly weighted worst written zero_shot')
    ) as k (kind, words)
    cross join lateral regexp_split_to_table(k.words, '\s+') as w (word)));
end $do$;

/*
 * metric_stem(p_word, p_words) -> the form of a word that metric_words has, or null
 *
 * errors -> error, bleu4 -> bleu, helpfulness -> helpful
 */
create function benchmark_private.metric_stem(p_word text, p_words jsonb)
  returns text language plpgsql immutable parallel safe security invoker set search_path = ''
as $$
declare
  form text;
begin
  foreach form in array array[
    p_word,
    case when p_word !~ '^t?p[0-9]{2,}$' then substring(p_word from '^(.+[^0-9])[0-9]+$') end,
    case when p_word like '%ies' then left(p_word, -3) || 'y' end,
    case when p_word like '%es' and length(p_word) > 4 then left(p_word, -2) end,
    case when p_word like '%s' and length(p_word) > 2 then left(p_word, -1) end,
    case when p_word like '%ness' and length(p_word) > 5 then left(p_word, -4) end]
  loop
    if p_words ? form then
      return form;
    end if;
  end loop;
  return null;
end $$;

/*
 * metric_kind(p_word, p_words) -> the kind of a word, as metric_words has it or as the word looks
 */
create function benchmark_private.metric_kind(p_word text, p_words jsonb)
  returns text language plpgsql immutable parallel safe security invoker set search_path = ''
as $$
declare
  prefix text;
begin
  if p_words ? p_word then
    return p_words ->> p_word;
  elsif p_word ~ '^[0-9]' then
    return 'number';
  elsif p_word ~ '^t?p[0-9]{2,}$' then
    return 'percentile';
  end if;
  -- inaccurate, mismatch
  foreach prefix in array '{un,in,ir,im,mis,dis}'::text[] loop
    if starts_with(p_word, prefix)
       and p_words ->> benchmark_private.metric_stem(substr(p_word, length(prefix) + 1), p_words) in ('good', 'quality', 'event', 'right') then
      return 'bad';
    end if;
  end loop;
  -- bertscore
  return case
    when p_word ~ '..(accuracy|precision|recall)$' then 'good'
    when p_word ~ '..score$'                       then 'score'
    when p_word ~ '..(loss|error)$'                then 'bad'
    when p_word ~ '..latency$'                     then 'amount'
    when p_word ~ '..(bench|qa)$'                  then 'task'
    else 'unknown' end;
end $$;

/*
 * metric_by_name(p_name) -> (direction, unit, is_amount): what a name says of its metric
 *
 * The words are read from left to right, and the last one that says a direction decides. The same,
 * step by step, as crates/bench-model/src/metric/rules.rs, which gives examples.
 *
 * p_name     its first 100 characters are read: no metric has a longer name, and anyone may ask
 * Returns    exactly one row; direction = null: the name doesn't say; neither: it says that there is none
 */
create function benchmark_private.metric_by_name(p_name text)
  returns table (direction text, unit text, is_amount boolean)
  language plpgsql immutable parallel safe rows 1 security invoker set search_path = ''
as $$
declare
  good  constant text[] := '{good,right,quality,task,event,cure,saved}'::text[];
  bad   constant text[] := '{bad,attack,refusal,amount,resource,token,bytes}'::text[];
  paid  constant text[] := '{amount,resource,token,bytes}'::text[];
  kind_of   constant jsonb := benchmark_private.metric_words();
  part      text[];
  stem      text;
  pieces    text[] := '{}'::text[];
  words     text[] := '{}'::text[];
  kinds     text[] := '{}'::text[];
  place     integer := 1;
  size      integer;
  word      text;
  kind      text;
  next_word text;
  next_kind text;
  before    text;
  last_kind text := 'plain';
  about     text := 'plain';  -- what the name is about
  is_inverse     boolean := false;
  has_unknown    boolean := false;
  has_tail       boolean := false;  -- an unknown word follows what the name is about
  is_aside       boolean := false;  -- what follows only qualifies
  is_at          boolean := false;
  was_at         boolean;
  is_first       boolean;
  is_pair        boolean;
  is_set         boolean;
  has_percentile boolean := false;
  has_others     boolean := false;
  per            integer;
begin
  -- Words: mAP@0.5, rougeL, tokensPerSecond.
  for part in select regexp_matches(left(p_name, 100), '([A-Za-z0-9]*)([^A-Za-z0-9]?)', 'g') loop
    stem := benchmark_private.metric_stem(lower(part[1] collate "C"), kind_of);
    if stem is not null then
      pieces := pieces || stem;
    elsif part[1] <> '' then
      foreach word in array regexp_split_to_array(
        regexp_replace(regexp_replace(part[1], '([a-z0-9])([A-Z])', '\1 \2', 'g'), '([A-Z])([A-Z][a-z])', '\1 \2', 'g'), ' ')
      loop
        word := lower(word collate "C");
        pieces := pieces || coalesce(benchmark_private.metric_stem(word, kind_of), word);
      end loop;
    end if;
    pieces := pieces || case part[2] when '%' then '{pct}' when '@' then '{at}' when '$' then '{usd}' when '/' then '{/}' else '{}' end::text[];
  end loop;
  size := cardinality(pieces);
  if size > 2 and pieces[size - 1] = '/' and kind_of ->> pieces[size] = 'time' then
    pieces[size - 1] := 'per';  -- tok/s
  end if;
  pieces := array_remove(pieces, '/');

  while place <= cardinality(pieces) loop
    size := least(3, cardinality(pieces) - place + 1);
    loop
      word := array_to_string(pieces[place:place + size - 1], '_');
      exit when size = 1 or kind_of ? word;
      size := size - 1;
    end loop;
    kind := benchmark_private.metric_kind(word, kind_of);
    words := words || word;
    kinds := kinds || kind;
    place := place + size;
  end loop;
  -- Reading.
  place := 1;
  while place <= cardinality(words) loop
    word := words[place];
    kind := kinds[place];
    next_word := coalesce(words[place + 1], '');
    next_kind := coalesce(kinds[place + 1], 'plain');
    before := last_kind;
    last_kind := kind;
    was_at := is_at;
    is_at := is_at and kind = 'number';
    is_first := place = 1 and cardinality(words) > 1;
    place := place + 1;

    continue when kind in ('plain', 'number');
    if kind = 'percentile' then
      has_percentile := true;
      continue;
    elsif kind = 'spread' and (not is_first or word like 'st%' or strpos(word, '_') > 0) then
      about := kind;
      exit;
    end if;
    has_others := true;
    continue when about = 'saved' or was_at and (kind = 'good' or kind = 'bad' and word like '__r') or is_aside and kind <> 'drop';

    has_tail := has_tail and kind in ('unknown', 'share', 'count');
    is_set := about not in ('plain', 'thing', 'spare');
    is_pair := case kind
      when 'right'   then next_kind in ('bad', 'attack', 'refusal', 'unclear')
      when 'wrong'   then next_kind in ('good', 'quality', 'event', 'cure', 'bad', 'refusal', 'unclear')
      when 'not'     then next_kind in ('good', 'quality', 'event', 'right', 'bad', 'attack')
      when 'blocked' then next_kind in ('bad', 'attack')
      else false end;
    place := place + is_pair::integer;

    if kind in ('unknown', 'spread') then
      has_unknown := true;
      has_tail := true;
    elsif kind in ('inverse', 'drop_of') then
      is_inverse := is_inverse = is_set;
    elsif kind = 'aside' then
      is_at := is_set and word = 'at';
      is_aside := is_set and not (word = 'at' and next_kind = 'number');
    elsif kind = 'per' and place > 2 then
      is_aside := true;
      if (next_kind in ('time', 'money') or next_word in ('watt', 'joule', 'kwh', 'wh'))
         and about not in ('bad', 'attack', 'refusal', 'amount', 'resource', 'unclear', 'spare')
         and (about <> 'plain' or next_word in ('s', 'sec', 'second')) then
        about := 'good';
      end if;
    elsif kind = 'until' then
      is_aside := true;
      about := case when 'bad' = any (kinds[place:]) then 'saved' else 'amount' end;
    else
      about := case
        when kind = 'time' and is_first and next_kind <> 'per'                                         then about
        when kind = 'time' and word in ('s', 'sec', 'second') and about in ('thing', 'token')          then 'unclear'
        when kind in ('money', 'bytes') and has_unknown and about = 'plain'                            then about
        when kind = 'refusal' and has_unknown                                                          then 'unclear'
        when kind in ('thing', 'resource') and before = 'count'                                        then 'thing'
        when kind = 'count' and about = 'resource'                                                     then 'thing'
        when kind = 'thing' and about = any (paid) and word in ('step', 'epoch', 'request', 'query')   then about
        when kind = 'thing' and about in ('good', 'quality')
             and word in ('sample', 'example', 'question', 'item', 'row', 'instance', 'prompt', 'run') then 'thing'
        when kind = 'change' and word like 'diff%' and about = any (good)                              then 'unclear'
        when kind = 'blocked' and is_pair                                                              then 'quality'
        when kind = 'not' and is_pair                       then case when next_kind = any (bad) then 'quality' else 'bad' end
        -- What a name is about after a word of this kind.
        when kind = 'good' and about = 'attack' or kind = 'right' and about in ('bad', 'attack')       then 'unclear'
        when kind in ('good', 'right')                                                                 then kind
        when kind in ('quality', 'task', 'event') then case
          when about in ('good', 'right', 'cure')                                                      then about
          when kind = 'event' and about = 'attack'                                                     then 'bad'
          when about in ('plain', 'thing', 'spare', 'token', 'quality', 'task', 'event')               then kind
          else 'unclear' end
        when kind in ('bad', 'wrong')                                                                  then 'bad'
        when kind in ('attack', 'cure', 'unclear', 'saved', 'amount', 'setting')                       then kind
        when kind in ('resource', 'token', 'bytes') and about = 'spare'                                then 'unclear'
        when kind = 'token' and about = 'bad'                                                          then 'bad'
        when kind in ('resource', 'token')                                                             then kind
        when kind = 'score' and about in ('plain', 'thing', 'spare')                                   then 'good'
        when kind in ('score', 'share') and about = 'token'                                            then 'unclear'
        when kind = 'score' and about in ('amount', 'resource', 'bytes', 'setting')                    then 'unclear'
        when kind = 'time' and about = 'spare'                                                         then 'unclear'
        when kind = 'time' and about = 'bytes'                                                         then 'good'
        when kind = 'time' and about in ('plain', 'thing', 'good', 'right', 'quality', 'task', 'event', 'cure', 'refusal') then 'amount'
        when kind = 'money' and about in ('plain', 'thing', 'task')                                    then 'amount'
        when kind = 'bytes' and about in ('plain', 'task')                                             then 'bytes'
        when kind in ('money', 'bytes') and about in ('quality', 'event')                              then 'unclear'
        when kind = 'drop' and about in ('good', 'right', 'quality', 'task', 'event', 'cure')          then 'bad'
        when kind = 'drop' and (about in ('bad', 'attack') or about = any (paid))                      then 'saved'
        when kind = 'blocked' and about in ('bad', 'attack')                                           then 'cure'
        when kind in ('spare', 'blocked') and about = any (paid)                                       then 'unclear'
        when kind in ('spare', 'blocked') and about in ('plain', 'thing')                              then 'spare'
        when kind = 'thing' and (about in ('plain', 'task', 'spare') or about = any (paid))            then 'thing'
        when kind = 'refusal' then case when about in ('plain', 'thing', 'spare') then 'refusal' else 'unclear' end
        else about end;
    end if;
  end loop;

  direction := case
    when about = 'plain' then case when has_percentile and not has_others then 'lower_is_better' end
    when about in ('resource', 'token') and has_tail or about = 'refusal' and has_unknown then null
    when about in ('thing', 'setting', 'spread') then 'neither'
    when about = any (good) then case when is_inverse then 'lower_is_better' else 'higher_is_better' end
    when about = any (bad)  then case when is_inverse then 'higher_is_better' else 'lower_is_better' end end;
  is_amount := coalesce(direction = 'lower_is_better', false) and (about = any (paid) or about = 'plain') and not 'change' = any (kinds);

  -- What stands directly behind `per` is no unit of the value, what comes later is.
  per := coalesce(array_position(kinds, 'per', 2), -1);
  if words[per + 1] in ('s', 'sec', 'second') then
    unit := 'per_second';
  elsif words && '{pct,percent,percentage}' then
    unit := 'percent';
  else
    unit := case when about in ('amount', 'saved') and words && '{cost,price,spend,expense}' then 'usd'
                 when about = 'token' and not has_tail then 'tokens' end;
    for place in 1..cardinality(words) loop
      if kinds[place] in ('time', 'money', 'bytes') and place <> per + 1
         and (place > 1 or cardinality(words) = 1 or per = 2 or kinds[place] <> 'time') then
        unit := case
          when words[place] in ('ms', 'msec', 'millisecond')  then 'ms'
          when words[place] in ('s', 'sec', 'second', 'secs') then 'seconds'
          when words[place] in ('usd', 'dollar')              then 'usd'
          when words[place] = 'byte'                          then 'bytes'
          when words[place] in ('mb', 'megabyte')             then 'mb'
          when words[place] in ('gb', 'gigabyte')             then 'gb' end;
      end if;
    end loop;
  end if;
  return next;
end $$;

/*
 * metric_definition(p_name text) -> one row of (name, unit, direction, min, max, scale, is_declared)
 *
 * The definition of a metric: from benchmark_metrics; what nobody has stated there is derived from
 * the name.
 *
 * Called by  detect_regression, and analysts
 * Returns    exactly one row; is_declared = false when all of it is derived from the name; a name
 *            that says nothing is `neither`: shown, never judged
 */
create function public.metric_definition(p_name text)
  returns table (name text, unit text, direction text, min double precision, max double precision, scale text, is_declared boolean)
  language sql stable rows 1 security invoker set search_path = ''
as $$
  select m.name, coalesce(m.unit, said.unit), coalesce(m.direction, said.direction, 'neither'), m.min, m.max, m.scale, true
  from public.benchmark_metrics m
  cross join lateral benchmark_private.metric_by_name(case when m.direction is null or m.unit is null then m.name end) as said
  where m.name = p_name
  union all
  select p_name, said.unit, coalesce(said.direction, 'neither'), case when said.is_amount then 0 end, null, 'relative', false
  from (select where p_name is not null and not exists (select from public.benchmark_metrics m where m.name = p_name) offset 0) as undeclared
  cross join lateral benchmark_private.metric_by_name(p_name) as said
$$;

comment on function public.metric_definition is 'Unit, direction and range of a metric: as declared in benchmark_metrics, else as its name says';

/*
 * worse_by(p_value, p_baseline, p_direction, p_scale) -> by how much the value is worse
 *
 * p_direction, p_scale  as returned by metric_definition
 * Returns    positive when worse, negative when better: a difference where the scale is absolute,
 *            otherwise a share of the baseline; null when the metric has no direction, a value is
 *            missing, or the baseline is 0
 */
create function benchmark_private.worse_by(p_value numeric, p_baseline numeric, p_direction text, p_scale text)
  returns numeric language sql immutable parallel safe security invoker set search_path = ''
as $$
  select (p_baseline - p_value)
    * case p_direction when 'higher_is_better' then 1 when 'lower_is_better' then -1 end
    / case p_scale when 'absolute' then 1 else nullif(abs(p_baseline), 0) end
$$;

/*
 * json_double(p_json) -> the number, as a double precision
 *
 * Returns    null for what is no number, or beyond a double precision; what is nearly 0 is 0
 */
create function benchmark_private.json_double(p_json jsonb)
  returns double precision language sql immutable parallel safe security invoker set search_path = ''
as $$
  select round(n, 300)::double precision
  from (select case jsonb_typeof(p_json) when 'number' then p_json::numeric end) as stated (n)
  where abs(n) <= 1e308
$$;

/*
 * is_bound(p_json) -> whether it can be a bound of a range: a number that a double precision holds
 */
create function benchmark_private.is_bound(p_json jsonb)
  returns boolean language sql immutable strict parallel safe security invoker set search_path = ''
as $$
  select not jsonb_path_exists(p_json, 'strict $ ? (@.type() != "number" || @ > 1e308 || @ < -1e308)')
$$;

/*
 * log_metric(p_metric) -> void
 *
 * Adds what is in force for a metric to benchmark_metric_declarations.
 */
create function benchmark_private.log_metric(p_metric public.benchmark_metrics)
  returns void language sql volatile security invoker set search_path = ''
as $$
  insert into public.benchmark_metric_declarations (metric, unit, direction, min, max, description, source, reason, declared_by, declared_at)
  values (p_metric.name, p_metric.unit, p_metric.direction, p_metric.min, p_metric.max, p_metric.description, p_metric.source, p_metric.reason,
          p_metric.declared_by, p_metric.declared_at)
$$;

/*
 * declare_metrics(p_definitions jsonb, p_declared_by text) -> void
 *
 * Adds missing metrics, and to those that runs have declared what nobody has stated yet. What is
 * stated stays, until set_metric corrects it.
 *
 * Called by  ingest_runs, with the metric_definitions of its runs
 * p_definitions  {"my_metric": {"unit": "ms", "direction": "lower_is_better", "min": 0, "max": null,
 *            "description": "…"}, …}; what is left out stays open
 * Raises     22023  the argument or a declaration is no object, or a declaration has an unknown direction or an empty range
 *            22023  a known metric is declared with another direction, unit or bound; not where
 *                   set_metric has spoken, there the declaration is ignored
 * Rights     security definer, as no client may write the catalogue; execute for service_role, through ingest_runs
 */
create function benchmark_private.declare_metrics(p_definitions jsonb, p_declared_by text default null)
  returns void language plpgsql volatile security definer set search_path = ''
as $$
declare
  declared record;
  wrong    record;
  known    public.benchmark_metrics;
  said     public.benchmark_metrics;
  problem  text;
begin
  if jsonb_typeof(p_definitions) <> 'object' then
    raise exception using errcode = '22023',
      message = format('metric_definitions must be an object, found %s', jsonb_typeof(p_definitions)),
      hint    = 'write {"my_metric": {"unit": "ms", "direction": "lower_is_better"}}';
  end if;

  -- In order of names, so that two pushes that declare the same ones cannot deadlock.
  for declared in select d.key as name, d.value as body from jsonb_each(p_definitions) as d order by d.key loop
    select d.key as name, d.problem into wrong
    from (
      select key, case
        when value = 'null' then null
        when key in ('unit', 'direction', 'description') and jsonb_typeof(value) <> 'string' then 'must be a text, found ' || left(value::text, 80)
        when key in ('unit', 'description') then benchmark_private.text_problem(value #>> '{}')
        when key in ('min', 'max') and not benchmark_private.is_bound(value) then 'must be a finite number, found ' || left(value::text, 80) end
      from jsonb_each(case jsonb_typeof(declared.body) when 'object' then declared.body else '{}' end)
    ) as d (key, problem)
    where d.problem is not null
    limit 1;

    problem := case
      when jsonb_typeof(declared.body) <> 'object'
        then format('metric_definitions.%s must be an object, found %s', declared.name, jsonb_typeof(declared.body))
      when benchmark_private.text_problem(declared.name, 100) is not null
        then format('a metric''s name %s', benchmark_private.text_problem(declared.name, 100))
      when benchmark_private.text_problem(p_declared_by) is not null
        then format('triggered_by %s', benchmark_private.text_problem(p_declared_by))
      when wrong.name is not null then format('metric_definitions.%s.%s %s', declared.name, wrong.name, wrong.problem)
      when declared.body ->> 'direction' not in ('higher_is_better', 'lower_is_better', 'neither')
        then format('metric_definitions.%s.direction must be higher_is_better, lower_is_better or neither, found "%s"',
                    declared.name, left(declared.body ->> 'direction', 80))
      when benchmark_private.json_double(declared.body -> 'min') >= benchmark_private.json_double(declared.body -> 'max')
        then format('metric_definitions.%s.min must be below max, found %s and %s',
                    declared.name, left(declared.body ->> 'min', 80), left(declared.body ->> 'max', 80))
    end;
    if problem is not null then
      raise exception using errcode = '22023', message = problem,
        hint = 'write {"unit": "ms", "direction": "lower_is_better", "min": 0}, and leave out a bound that does not exist';
    end if;

    said.unit        := declared.body ->> 'unit';
    said.direction   := declared.body ->> 'direction';
    said.min         := benchmark_private.json_double(declared.body -> 'min');
    said.max         := benchmark_private.json_double(declared.body -> 'max');
    said.description := declared.body ->> 'description';

    insert into public.benchmark_metrics (name, unit, direction, min, max, description, declared_by)
    values (declared.name, said.unit, said.direction, said.min, said.max, said.description, p_declared_by)
    on conflict (name) do nothing
    returning * into known;

    if known.name is null then
      select * into known from public.benchmark_metrics m where m.name = declared.name;
      continue when known.source = 'person';

      problem := case
        when known.direction <> said.direction
          then format('`%s` is %s in earlier runs, this run says %s', declared.name, known.direction, said.direction)
        when known.unit <> said.unit
          then format('`%s` is measured in %s in earlier runs, this run says %s', declared.name, known.unit, said.unit)
        -- A bound that is left out is no other one; the catalogue leaves none open.
        when known.min <> said.min or known.max <> said.max
             or known.source = 'catalogue' and (coalesce(said.min, known.min), coalesce(said.max, known.max)) is distinct from (known.min, known.max)
             or coalesce(known.min, said.min) >= coalesce(known.max, said.max)
          then format('`%s` has min %s and max %s in earlier runs, this run says %s and %s', declared.name,
                      coalesce(known.min::text, 'none'), coalesce(known.max::text, 'none'),
                      coalesce(declared.body ->> 'min', 'none'), coalesce(declared.body ->> 'max', 'none'))
      end;
      if problem is not null then
        raise exception using errcode = '22023', message = problem,
          hint = format('a metric keeps its direction, unit and range; fix the report, or correct the metric: `bench-push metric set %s …`', declared.name);
      end if;

      update public.benchmark_metrics m
      set unit = coalesce(m.unit, said.unit), direction = coalesce(m.direction, said.direction),
          min = coalesce(m.min, said.min), max = coalesce(m.max, said.max), description = coalesce(m.description, said.description),
          declared_by = p_declared_by, declared_at = clock_timestamp()
      where m.name = declared.name and m.source = 'report'
        and (m.unit is null and said.unit is not null or m.direction is null and said.direction is not null
             or m.min is null and said.min is not null or m.max is null and said.max is not null
             or m.description is null and said.description is not null)
      returning m.* into known;
      continue when not found;
    end if;
    perform benchmark_private.log_metric(known);
  end loop;
end $$;

/*
 * set_metric(p_name, p_direction, p_unit, p_range, p_reason, p_declared_by) -> the row of benchmark_metrics
 *
 * States or corrects what a metric means. From then on, reports that declare something else are
 * stored, and their declaration is ignored.
 *
 * Called by  `bench-push metric set`: POST /rest/v1/rpc/set_metric
 * p_direction, p_unit  null: as before
 * p_range    [min, max], null where there is no bound; null: as before
 * p_reason, p_declared_by  why, and who
 * Returns    the row in force from now on; stating the same again adds no line to the history
 * Raises     22023  nothing is stated, the reason is missing, a direction is unknown, or a range is none
 * Rights     security definer, as no client may write the catalogue; execute for service_role only
 */
create function public.set_metric(
  p_name text, p_direction text default null, p_unit text default null, p_range jsonb default null, p_reason text default null,
  p_declared_by text default null
)
  returns public.benchmark_metrics language plpgsql volatile security definer set search_path = ''
as $$
declare
  known   public.benchmark_metrics;
  low     double precision := benchmark_private.json_double(p_range -> 0);
  high    double precision := benchmark_private.json_double(p_range -> 1);
  problem text := case
    when benchmark_private.text_problem(p_name, 100) is not null or p_name is null
      then format('a metric''s name %s', coalesce(benchmark_private.text_problem(p_name, 100), 'is missing'))
    when coalesce(p_direction, p_unit, p_range::text) is null then 'nothing is stated: neither direction, unit nor range'
    when p_direction not in ('higher_is_better', 'lower_is_better', 'neither')
      then format('direction must be higher_is_better, lower_is_better or neither, found "%s"', p_direction)
    when benchmark_private.text_problem(p_unit) is not null then format('unit %s', benchmark_private.text_problem(p_unit))
    when jsonb_typeof(p_range) <> 'array' or jsonb_array_length(p_range) <> 2 or low >= high
         -- Not read as "no bound": that is null.
         or exists (select from jsonb_array_elements(p_range) as bound where bound <> 'null' and not benchmark_private.is_bound(bound))
      then format('range must be [min, max], each a finite number or null, with min below max, found %s', left(p_range::text, 80))
    when p_reason is null then 'the reason is missing' end;
begin
  perform benchmark_private.refuse_remarks(p_reason, p_declared_by, 'declared_by');
  if problem is not null then
    raise exception using errcode = '22023', message = problem,
      hint = 'state at least one of direction, unit and range, and why: others read it in the history of the metric';
  end if;

  insert into public.benchmark_metrics (name, source) values (p_name, 'person') on conflict (name) do nothing;
  update public.benchmark_metrics m
  set direction = coalesce(p_direction, m.direction), unit = coalesce(p_unit, m.unit),
      min = case when p_range is null then m.min else low end, max = case when p_range is null then m.max else high end,
      source = 'person', reason = p_reason, declared_by = p_declared_by, declared_at = clock_timestamp()
  where m.name = p_name
    and (m.source, m.reason, m.declared_by, m.direction, m.unit, m.min, m.max) is distinct from
        ('person', p_reason, p_declared_by, coalesce(p_direction, m.direction), coalesce(p_unit, m.unit),
         case when p_range is null then m.min else low end, case when p_range is null then m.max else high end)
  returning m.* into known;
  if found then
    perform benchmark_private.log_metric(known);
  else
    select * into known from public.benchmark_metrics m where m.name = p_name;
  end if;
  return known;
end $$;

comment on function public.set_metric is 'States or corrects the direction, unit or range of a metric, with who and why';

-- Grants.
revoke execute on function
  public.metric_definition, benchmark_private.metric_words, benchmark_private.metric_stem, benchmark_private.metric_kind, benchmark_private.metric_by_name,
  benchmark_private.worse_by, benchmark_private.json_double, benchmark_private.is_bound, benchmark_private.declare_metrics,
  benchmark_private.log_metric
  from public;
revoke execute on function public.set_metric from public, anon, authenticated;
grant  execute on function public.set_metric to service_role;
grant  execute on function
  public.metric_definition, benchmark_private.metric_words, benchmark_private.metric_stem, benchmark_private.metric_kind, benchmark_private.metric_by_name,
  benchmark_private.worse_by, benchmark_private.json_double to anon, authenticated, service_role;
