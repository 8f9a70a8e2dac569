using System;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Balancing;
using Fairlead.Routing;
using LanguageExt;

namespace Fairlead.Console.Explaining;

/// <summary>A decision for programs: one object, whose shape CONFIGURATION.md tells.</summary>
internal static class DecisionJson
{
    // Nothing of it goes into a web page, so quotes and letters stay legible.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(Decision decision)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            Route(json, decision.Route);
            json.WriteString("upstream", decision.Upstream.Settings.Name);
            Policy(json, decision.Upstream.Settings.Policy);
            Request(json, decision.Request);
            Key(json, decision);
            Steps(json, decision);
            json.WriteString("outcome", Sentences.Of(decision.Selection, decision).Kind);
            json.WriteString("chosen", decision.HasChosen ? decision.NameOf(decision.Explanation.Chosen) : null);
            json.WriteString("set_cookie", decision.SetCookie.Length > 0 ? decision.SetCookie : null);
            Backends(json, decision);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Route(Utf8JsonWriter json, Option<TakenRoute> taken)
    {
        if (taken.Case is not TakenRoute route)
        {
            json.WriteNull("route");
            return;
        }

        json.WriteStartObject("route");
        json.WriteNumber("number", route.Number);
        json.WriteStartArray("hosts");
        foreach (var host in route.Settings.Hosts)
            json.WriteStringValue(RouteText.Host(host));
        json.WriteEndArray();
        json.WriteString("path", route.Settings.Path is PathPattern.Exact exact ? exact.Path : null);
        json.WriteString("path_prefix", route.Settings.Path is PathPattern.Prefix prefix ? prefix.Path : null);
        json.WriteString("to", route.Settings.To);
        json.WriteEndObject();
    }

    private static void Policy(Utf8JsonWriter json, PolicySettings policy)
    {
        json.WriteStartObject("policy");
        json.WriteString("name", PolicyText.NameOf(policy));
        foreach (var (key, value) in PolicyText.Parameters(policy))
            json.WriteString(key.Replace('-', '_'), value);
        json.WriteEndObject();
    }

    private static void Request(Utf8JsonWriter json, AskedRequest request)
    {
        json.WriteStartObject("request");
        json.WriteString("target", request.Target);
        json.WriteString("host", request.Authority);
        json.WriteString("client", request.Client.ToString());
        json.WriteEndObject();
    }

    private static void Key(Utf8JsonWriter json, Decision decision)
    {
        if (!decision.Upstream.Settings.Policy.IsHash)
        {
            json.WriteNull("key");
            return;
        }

        json.WriteStartObject("key");
        json.WriteString("hex", Convert.ToHexStringLower(decision.Key));
        json.WriteString("text", decision.KeyText);
        json.WriteEndObject();
    }

    private static void Steps(Utf8JsonWriter json, Decision decision)
    {
        json.WriteStartArray("steps");
        foreach (var step in decision.Explanation.Steps)
        {
            json.WriteStartObject();
            Write(json, Sentences.Of(step, decision));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Backends(Utf8JsonWriter json, Decision decision)
    {
        json.WriteStartArray("backends");
        for (var i = 0; i < decision.Upstream.Candidates.Length; i++)
        {
            var candidate = decision.Upstream.Candidates[i];
            json.WriteStartObject();
            json.WriteString("address", candidate.Address.ToString());
            json.WriteNumber("weight", candidate.Weight.Value);
            json.WriteNumber("tier", candidate.Tier);
            json.WriteNumber("in_flight", decision.InFlight[i]);
            json.WriteNumber("in_flight_max", candidate.InFlightMax);
            if (Sentences.Of(decision.Explanation.Excluded[i], decision.Upstream.Standings[i]).Case is Told why)
            {
                json.WriteStartObject("excluded");
                Write(json, why);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("excluded");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Told told)
    {
        json.WriteString("kind", told.Kind);
        json.WriteString("text", told.Text);
        foreach (var (name, value) in told.Facts)
        {
            json.WritePropertyName(name);
            switch (value)
            {
                case string text:
                    json.WriteStringValue(text);
                    break;
                case bool isSo:
                    json.WriteBooleanValue(isSo);
                    break;
                case int number:
                    json.WriteNumberValue(number);
                    break;
                case long number:
                    json.WriteNumberValue(number);
                    break;
                case ulong number:
                    json.WriteNumberValue(number);
                    break;
                case double number:
                    json.WriteNumberValue(number);
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }
}
