using Fairlead.Resilience;
using LanguageExt;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads how often a request is tried: <c>on</c>, <c>off</c>, or a mapping with the number of attempts.</summary>
internal static class RetryReader
{
    /// <summary>Attempts beyond this only multiply an outage (nginx has no bound, HAProxy's retries end at 100, Envoy advises single digits).</summary>
    public const int AttemptsMax = 16;

    public static Validation<ConfigFault, RetrySettings> Read(ConfigNode node) => node switch
    {
        ConfigNode.Map => Fields.Read(node, MapShape.Retry, static fields => fields
            .Required("attempts", NumberReader.Between(1, AttemptsMax), "say how often a request is tried in all")
            .Map(static attempts => new RetrySettings(attempts))),
        ConfigNode.Scalar scalar when NumberReader.Whole(scalar.Text).IsSome =>
            Outcome.Bad<RetrySettings>(node, FaultCode.Choice, $"'{scalar.Text}' could be attempts or further attempts; write on, off or {{ attempts: {scalar.Text} }}, which counts the first one, too"),
        _ => ChoiceReader.Of(("on", RetrySettings.Default), ("off", RetrySettings.Off))(node),
    };
}
