using Fairlead.Http;
using Fairlead.Resilience;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads how often a request is tried: <c>on</c>, <c>off</c>, or a mapping with the number of attempts and what else is repeated.</summary>
internal static class RetryReader
{
    /// <summary>Attempts beyond this only multiply an outage (nginx has no bound, HAProxy's retries end at 100, Envoy advises single digits).</summary>
    public const int AttemptsMax = 16;

    /// <summary>Of one request body; as many as there are requests under way may be kept at once (Traefik's cap is 2 MB).</summary>
    private const int BodyBufferBytesMax = 16 * 1024 * 1024;

    /// <summary>Retries at once that are allowed in any case.</summary>
    private const int MinimumMax = 1_000_000;

    private enum Condition : byte
    {
        Reset,
        ResponseTimeout,
    }

    private static readonly Reader<Condition> ConditionReader = ChoiceReader.Of(("reset", Condition.Reset), ("response-timeout", Condition.ResponseTimeout));

    public static Validation<ConfigFault, RetrySettings> Read(ConfigNode node) => node switch
    {
        ConfigNode.Map => Fields.Read(node, MapShape.Retry, static fields =>
            (fields.Required("attempts", NumberReader.Between(1, AttemptsMax), "say how often a request is tried in all"),
             fields.Optional("on", Conditions, Seq<Condition>()),
             fields.Optional("statuses", HealthReader.Expect, StatusSet.Empty),
             fields.Optional("non-idempotent", ChoiceReader.Switch, false),
             fields.Optional("body-buffer", BytesReader.Between(0, BodyBufferBytesMax), RetrySettings.BodyBufferBytesDefault),
             fields.Optional("budget", OffReader.Or<RetryBudget>(Budget), RetryBudget.Default),
             fields.Optional("back-off", OffReader.Or<BackOff>(Pause), BackOff.Default),
             fields.Optional("attempt-timeout", DurationReader.Positive))
            .Apply(static (attempts, on, statuses, nonIdempotent, bodyBuffer, budget, backOff, attemptTimeout) => new RetrySettings(attempts)
            {
                OnReset = on.Contains(Condition.Reset),
                OnResponseTimeout = on.Contains(Condition.ResponseTimeout),
                Statuses = statuses,
                NonIdempotent = nonIdempotent,
                BodyBufferBytesMax = bodyBuffer,
                Budget = budget,
                BackOff = backOff.IfNone(BackOff.None),
                AttemptTimeout = attemptTimeout,
            })),
        ConfigNode.Scalar scalar when NumberReader.Whole(scalar.Text).IsSome =>
            Bad<RetrySettings>(node, FaultCode.Choice, $"'{scalar.Text}' could be attempts or further attempts; write on, off or {{ attempts: {scalar.Text} }}, which counts the first one, too"),
        _ => ChoiceReader.Of(("on", RetrySettings.Default), ("off", RetrySettings.Off))(node),
    };

    private static Validation<ConfigFault, Seq<Condition>> Conditions(ConfigNode node) => ListReader.Each(node, "conditions", ConditionReader).ToValidation();

    private static Validation<ConfigFault, RetryBudget> Budget(ConfigNode node) => Fields.Read(node, MapShape.RetryBudget, static fields =>
        (fields.Optional("percent", PercentReader.Between(0, 100), RetryBudget.Default.Percent),
         fields.Optional("minimum", NumberReader.Between(0, MinimumMax), RetryBudget.Default.Minimum))
        .Apply(static (percent, minimum) => new RetryBudget(percent, minimum)));

    private static Validation<ConfigFault, BackOff> Pause(ConfigNode node) => Fields.Read(node, MapShape.BackOff, static fields =>
        (fields.Optional("base", DurationReader.Positive, BackOff.Default.Base), fields.Optional("max", DurationReader.Positive))
        .Apply(static (first, longest) => new BackOff(first, longest.IfNone(first > BackOff.Default.Max ? first : BackOff.Default.Max)))
        .Bind(pause => pause.Max >= pause.Base
            ? Good(pause)
            : Bad<BackOff>(fields.AtKey("max"), FaultCode.Duration, $"the longest wait, {DurationText.Write(pause.Max)}, is shorter than the base, {DurationText.Write(pause.Base)}; raise max or lower base")));
}
