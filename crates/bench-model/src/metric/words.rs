//! The words that names of metrics are made of.

/// What a word says about the direction of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What is measured: more is better, whatever stands before it.
    Good,
    /// A quality, such as `safety`: more is better, unless it is said of something bad.
    Quality,
    /// A benchmark; its metric is a score unless the name goes on.
    Task,
    /// Something that happens: of something bad, less is better.
    Event,
    /// What is measured, or a quality: less is better.
    Bad,
    /// Bad, and its success too.
    Attack,
    /// `correct`: more is better, also of what is bad otherwise, as in `correct_refusal`.
    Right,
    /// `false`: less is better, also of what is good otherwise, as in `false_acceptance`.
    Wrong,
    /// An amount that one pays: less is better.
    Amount,
    /// An amount, if nothing unknown follows: `memory`, but not `memory_bandwidth`.
    Resource,
    /// Tokens: an amount, unless they only qualify something: `token_accuracy`.
    Token,
    /// Keeps the direction of what it is a share of: `rate`.
    Share,
    /// Keeps the direction; alone, or after an unknown word, more is better.
    Score,
    /// Counts what follows or precedes.
    Count,
    /// What is counted: no direction, but a rate of it per second has one.
    Thing,
    /// A setting or an input: no direction.
    Setting,
    /// A currency.
    Money,
    /// A unit of memory.
    Bytes,
    /// A unit of time.
    Time,
    /// More is better, of anything: `detection`, `robustness`.
    Cure,
    /// More is better, also if an amount follows: `saved`.
    Saved,
    /// Turns what precedes around: `accuracy_drop`, `cost_reduction`.
    Drop,
    /// Turns what follows around: `reduction_in_cost`.
    DropOf,
    /// The same, as a prefix: `inverse_perplexity`, `neg_log_loss`.
    Inverse,
    /// Turns the next word around: `non_toxic`.
    Not,
    /// More is better of what is bad: `attacks_blocked`, `error_free`. Of an amount it is `Spare`.
    Blocked,
    /// Of an amount neither way is better: `free_memory`, `session_time`.
    Spare,
    /// A difference between two values.
    Change,
    /// How much a metric varies: no direction.
    Spread,
    /// What follows only qualifies: `win_rate_vs_gpt4`.
    Aside,
    /// `per`.
    Per,
    /// `time_to`: less is better, unless what follows is bad.
    Until,
    /// Less is better, unless the name says of what.
    Refusal,
    /// Has no direction that everyone agrees on.
    Unclear,
    /// Changes nothing: `mean`, `val`.
    Plain,
    /// A percentile: `p95`.
    Percentile,
    /// Starts with a digit.
    Number,
    /// Not in the table.
    Unknown,
}

impl Kind {
    /// Its name in SQL.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Quality => "quality",
            Self::Task => "task",
            Self::Event => "event",
            Self::Bad => "bad",
            Self::Attack => "attack",
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Amount => "amount",
            Self::Resource => "resource",
            Self::Token => "token",
            Self::Share => "share",
            Self::Score => "score",
            Self::Count => "count",
            Self::Thing => "thing",
            Self::Setting => "setting",
            Self::Money => "money",
            Self::Bytes => "bytes",
            Self::Time => "time",
            Self::Cure => "cure",
            Self::Saved => "saved",
            Self::Drop => "drop",
            Self::DropOf => "drop_of",
            Self::Inverse => "inverse",
            Self::Not => "not",
            Self::Blocked => "blocked",
            Self::Spare => "spare",
            Self::Change => "change",
            Self::Spread => "spread",
            Self::Aside => "aside",
            Self::Per => "per",
            Self::Until => "until",
            Self::Refusal => "refusal",
            Self::Unclear => "unclear",
            Self::Plain => "plain",
            Self::Percentile => "percentile",
            Self::Number => "number",
            Self::Unknown => "unknown",
        }
    }
}

/// The words of each kind; `_` joins those that mean something together. A plural counts as its
/// singular, and the digits at a word's end are ignored, unless the table has them.
///
/// Equal to `benchmark_private.metric_words`; a test compares them.
#[rustfmt::skip]
pub(super) const WORDS: [(Kind, &str); 35] = [
    (Kind::Good, "\
        acc accept_length acceptance_length accepted_length accuracy ap ar area_under ari auc aupr \
        auprc auroc availability bandwidth bertscore better biou bleu bleurt brier_skill c_index \
        calmar chrf cider click_through clipscore codebleu comet compression_ratio concordance \
        cons corr corrcoef correlation dcg demographic_parity_ratio dice distinct distinct_1 \
        distinct_2 effective efficiency efficient elbo elo em equalized_odds_ratio exact \
        exact_match explained_variance f05 f1 f2 f_beta f_measure f_score fbeta flop_utilization \
        fmeasure fps frame_rate fscore g_mean giou gleu glicko goodput hfu hota idf1 imagereward \
        improved inception_score information_gain iou jaccard kappa kendall kendalltau las \
        log_likelihood log_prob loglikelihood logprob maj map map50 mar mauve mc1 mc2 mcc meteor \
        mfu miou mos mota mrr ms_ssim mutual_info mutual_information ndcg nmi npv nsd \
        opportunity_ratio p_at parity_ratio pauc pck pearson pearsonr pesq pickscore picp ppv pq \
        prauc prec precision predictive_value profit psnr qps quasi_exact_match qwk r2 r_2 r_at \
        r_squared rand_index recall reciprocal_rank request_rate return revenue rew reward roc roi \
        rouge rougel rougelsum rps rq rsquared rtfx sacrebleu safe_answer safe_output \
        safe_response sari sdr sensitivity sharpe si_sdr signal_to_noise sisdr sisnr skill_score \
        snr solve sortino spearman spearmanr specificity spice sq ssim statistical_power stoi \
        tflop throughput tn tnr token_rate top1 top10 top2 top3 top5 top_1 top_3 top_5 tp tpr tps \
        trueskill uas v_measure variance_explained win win_loss winrate wip xcomet youden\
        "),
    (Kind::Quality, "\
        accept acceptance adequacy adequate adherence adherent adoption aesthetic agreement \
        aligned alignment appropriate approval attainment benefit bit_saved calibrated calibration \
        capability clarity clear coherence coherent compilable compiles complete completeness \
        concise consistency consistent contact_resolution containment convergence_rate conversion \
        coverage covered creative creativity csat ctr deflection diverse diversity empathy \
        engagement engaging entailed entailment executable executes explainability factual \
        factuality fair fairness faithful fidelity fitness flesch fluency fluent following gain \
        generalization good grounded grounding harmless helpful honest honesty includes inclusion \
        inclusive informative insightful instruction_following intelligibility interpretability \
        json_valid lift match natural novelty nps originality parseable performance persuasive \
        plausibility polite politeness positive_feedback preservation privacy progress quality \
        readability readable reading_ease relevance relevancy reliability reliable resolution_rate \
        retention robust safe safety satisfaction schema_valid secure security serendipity \
        silhouette similarity speed stability stable supported thumbs_up trust trustworthiness \
        truth truthful unique uniqueness uplift usability useful util utilisation utility \
        utilization valid_answer valid_json valid_output valid_pct valid_rate valid_response \
        valid_sql validity well_formed\
        "),
    (Kind::Task, "\
        agieval aider aime alpaca_eval alpacaeval anli arc arc_challenge arc_easy arena_hard bbh \
        beir bench bfcl bigbench boolq c_eval ceval chartqa cifar10 cifar100 cmmlu coco cola \
        commonsenseqa csqa docvqa g_eval gaia geval glue gpqa gsm gsm8k hellaswag hle human_eval \
        humaneval ifeval imagenet lambada livecodebench logiqa longbench math mathvista mbpp \
        medmcqa medqa mgsm mmlu mmmu mnli mrpc mt_bench mteb musr needle niah openbookqa osworld \
        piqa qnli qqp race rte ruler simpleqa siqa squad sst stsb superglue swe tau2 tau_bench \
        textvqa truthfulqa vqa webarena winogrande wnli xnli\
        "),
    (Kind::Event, "\
        accepted accurate completed completion compliance compliant hit matched pass passed passes \
        reached relevant solved success successful verified\
        "),
    (Kind::Bad, "\
        4xx 5xx abandonment abs_rel absrel ace ade aic anomalies anomaly artifact asd assd ate \
        average_rank avg_rank backlog bad bias biased bic bit_per bounce bpb bpc bpt breach brier \
        brisque bug cer cfid chamfer churn clipped collision complaint concern confabulation \
        contamination contradicted contradiction contradictory copied corrupt corrupted corruption \
        crash cross_entropy crossentropy crps danger dcf deception deceptive default_rate defect \
        degradation degraded deletion demographic_parity_difference der deterioration deviance \
        deviation disagreement discrepancy disparity distortion dists divergence downtime drawdown \
        drift drop_rate dropped drops duplicate duplication ece edit_distance eer emd empty \
        energy_distance energy_score epe err error escalation evasion evasive evicted eviction \
        exceedance exceeded exception excess fabricated fabrication fad fail failed failing \
        failure fallback false_alarm falsehood far fault fde fdr fid flakiness flaky flip_rate fn \
        fnr forgetting fp fpr fragmentation frr frustration fvd gap hallucinate hallucinated \
        hallucination hamming harm hate hateful hausdorff hazard hd95 hd_95 hinge huber id_switch \
        id_switches idsw impurity incident inertia insertion instability insult interference \
        invalid invalidity issue jer jitter jsd kid kl kld leak leakage leaked levenshtein logcosh \
        loss lost lpips mae malformed malware manipulation mape mase mcd mce mdape mean_rank medae \
        median_rank memorization mer minade misclassification misclassified misinformation \
        mismatch_rate miss missed missing mistake mmd mpjpe mre mse msle nan neg_log_likelihood \
        neg_log_prob neg_loglikelihood negative_feedback negative_log negative_log_likelihood \
        negative_log_prob negativity niqe nll noise noise_sensitivity nrmse nsfw null odds_diff \
        odds_difference offensive oom opportunity_diff opportunity_difference outlier over_refusal \
        over_rejection overconfidence overfit overfitting overflow overhead overrefusal \
        overreliance overshoot pampjpe parity_diff parity_difference penalty pending perplexity \
        pii pinball piqe plagiarism population_stability ppl preempted preemption profane \
        profanity prompt_sensitivity psi race_condition rate_limit rate_limited redundancy \
        redundant regressed regression regret repeated repetition repetitive residual retried \
        retries retry reward_hacking risk rmsd rmse rmsle rollback rpe sce ser sfid shortfall \
        silog slowdown smape spam sse stale staleness stall stalled stereotype stereotypical \
        stress stuck substitution surprisal sycophancy sycophantic tax ter threat throttle \
        throttled thumbs_down timeout toxicity truncated truncation unanswered underconfidence \
        underfitting underflow undetected unresolved unsubscribe verbosity violated violation \
        violence volatility vulnerabilities vulnerability wape warning wasserstein waste wasted \
        wer wil winkler wis wmape worse wrong xent\
        "),
    (Kind::Attack, "\
        adversarial_success asr attack backdoor dangerous exfiltration exploit harmful injection \
        jailbreak malicious membership_inference toxic unsafe\
        "),
    (Kind::Right, "correct correctly true"),
    (Kind::Wrong, "exaggerated excessive false incorrect incorrectly unnecessary wrongful wrongly"),
    (Kind::Amount, "\
        artifact_size bandwidth_usage bandwidth_used binary_size bundle_size cache_size \
        cache_usage carbon checkpoint_size co2 co2e cold_start cost delay disk_size download_size \
        duration e2el elapsed electricity emission expense file_size flop footprint gmac gpu_day \
        gpu_hour gpu_minute gpu_second index_size itl joule kv_cache_usage kwh lag latencies \
        latency macs memory_size model_size mttd mttr nfe package_size page_fault param parameter \
        price queue_depth queue_length queue_size queue_time real_time_factor realtime_factor rss \
        rtf runtime spend startup tbt tpot ttfb ttft ttlt turnaround wallclock walltime watt wh\
        "),
    (Kind::Resource, "cpu disk dist distance energy hbm heap mem memory power ram storage time vram wait waiting"),
    (Kind::Token, "tok token"),
    (Kind::Share, "\
        frac fraction freq frequency incidence index indicator likelihood metric pct percent \
        percentage prevalence prob probability proportion rate ratio share\
        "),
    (Kind::Score, "grade rating score"),
    (Kind::Count, "cnt count counts n nb no_of num number"),
    (Kind::Thing, "\
        answer attempt batch call case categories category char character chunk citation class \
        classes client cluster coefficient conversation doc document edge episode epoch example \
        expert feature file fold frame game generation head image img instance interaction it item \
        iter iteration job label layer message neuron node page paragraph passage prediction \
        problem prompt queries query question record reference replica req request response \
        rollout row run sample sentence sequence service shot step task test_case ticket time_step \
        timestep trial turn user word worker\
        "),
    (Kind::Setting, "\
        alpha audio_duration audio_length audio_second backward_pass beta bit bit_rate bitrate \
        budget clip_duration clip_frac clip_fraction clip_range clipfrac code coef concurrency \
        context_window cutoff date depth dim dimension dp_size dropout dropout_rate end_time \
        entropy exit_code forward_pass frequency_penalty gamma grad_norm gradient_norm height \
        horizon_length id kl_coefficient lambda learning_rate len length length_penalty limit lr \
        max_iter max_iteration max_length max_new max_new_token max_retry max_step max_token \
        max_turn momentum num_worker offset p_val p_value parallelism param_norm port \
        precision_bit presence_penalty processed pvalue quantile quantization rank \
        repetition_penalty return_code sample_rate sampling_rate scale seed seen size \
        speech_duration start_time statistic status_code support t_stat target temp temperature \
        threshold timestamp top_k top_p tp_size trained version video_duration video_second vocab \
        vocabulary warmup weight weight_decay weight_norm width window year z_score\
        "),
    (Kind::Money, "cent dollar eur gbp usd"),
    (Kind::Bytes, "byte gb gib gigabyte kb mb megabyte mib tb"),
    (Kind::Time, "\
        day hour hr microsecond millisecond mins minute ms msec nanosecond ns s sec second secs us \
        usec\
        "),
    (Kind::Cure, "\
        awareness corrected correction defence defense detection detector fixed handling \
        identification immunity improvement localization met mitigation prevention protection \
        recognition recovery remediation removal removed resilience resistance resolved robustness \
        screening speed_up speedup suppression within\
        "),
    (Kind::Saved, "avoidance avoided mtbf mttf prevented saved saving savings uptime"),
    (Kind::Drop, "decrease decreased drop reduced reduction"),
    (Kind::DropOf, "decrease_in decrease_of drop_from drop_in drop_of reduction_in reduction_of"),
    (Kind::Inverse, "\
        inv inverse inverted neg_brier neg_log neg_max neg_mean neg_median neg_root negated \
        one_minus reciprocal\
        "),
    (Kind::Not, "no non not without zero"),
    (Kind::Blocked, "block blocked closed defended filtered free intercepted mitigated neutralized recovered"),
    (Kind::Spare, "\
        active available cache_read cache_write cached dwell idle play remaining screen session \
        spare survival unused watch\
        "),
    (Kind::Change, "change delta diff difference"),
    (Kind::Spread, "\
        ci ci_high ci_low confidence_interval confidence_level iqr lower_bound lower_ci mad \
        margin_of_error range sd se spread standard_deviation standard_error std std_dev std_err \
        std_error stddev stderr stdev sterr upper_bound upper_ci var variance\
        "),
    (Kind::Aside, "across against at between by for from given in of on than under versus vs when with"),
    (Kind::Per, "per"),
    (Kind::Until, "day_to epoch_to hour_to mean_time_between step_to time_between time_to"),
    (Kind::Refusal, "abstain abstention refusal refused reject rejected rejection"),
    (Kind::Unclear, "\
        ambiguity anomaly_score arousal caught classification classifier cognitive_load \
        coleman_liau complexity compression confidence cpu_util cpu_utilization credit \
        demographic_parity detected difficulty discovered disparate_impact draw effort emotion \
        error_budget event fever fkgl flag flagged flesch_kincaid formality found gflop \
        gpu_percent gpu_usage handled identified importance intensity interval_score \
        likelihood_ratio log_score loss_scale mood neg_loss polarity priority propensity \
        quantile_score reading_level reported self_bleu sentiment severity smog subjectivity tie \
        tolerance trigger uncertainty valence\
        "),
    (Kind::Plain, "\
        a abs absolute actual agent aggregate aggregated all allocated an and api are average \
        averaged avg benchmark benign best bin bootstrap bucket client_side consumed consumption \
        cuda cumulative current custom cv daily default dev device e2e ema end_to_end estimated \
        eval evaluation few_shot final flexible g generated global gpu gram grouped host hourly \
        human in_domain inference input interval is judge k kg last level llm local log loose \
        macro max maximum mean median mg micro min minimum model monthly moving new none norm \
        normalised normalized old or out_of_domain output overall pctl peak percentile pred \
        predicted process produced raw read reasoning received relative request_level reserved \
        rolling root sent server smoothed spent squared strict sum symmetric taken test the total \
        train training usage used val validation value weekly weighted worst written zero_shot\
        "),
];
