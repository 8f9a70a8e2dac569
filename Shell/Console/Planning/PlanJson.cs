using System.IO;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Configuration;
using Fairlead.Upstreams;

namespace Fairlead.Console.Planning;

/// <summary>A plan for programs: one object with <c>changes</c>; each has <c>kind</c>, <c>text</c>, and what it is about by name.</summary>
internal static class PlanJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(ReloadPlan plan)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteBoolean("differs", !plan.IsEmpty);
            json.WriteStartArray("changes");
            foreach (var change in plan.Changes)
            {
                json.WriteStartObject();
                json.WriteString("kind", KindOf(change));
                json.WriteString("text", PlanText.Of(change)[2..]);
                Details(json, change);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>The name of the case: <c>backend-removed</c>.</summary>
    private static string KindOf(ReloadChange change) =>
        string.Concat(change.GetType().Name.Select(static (letter, i) => char.IsAsciiLetterUpper(letter) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));

    private static void Details(Utf8JsonWriter json, ReloadChange change)
    {
        switch (change)
        {
            case ReloadChange.BackendAdded backend: Backend(json, backend.Backend); json.WriteNumber("weight", backend.Weight.Value); break;
            case ReloadChange.BackendRemoved backend: Backend(json, backend.Backend); break;
            case ReloadChange.BackendReweighted backend: Backend(json, backend.Backend); BeforeAfter(json, backend.Before.Value, backend.After.Value); break;
            case ReloadChange.BackendMovedTier backend: Backend(json, backend.Backend); BeforeAfter(json, backend.Before, backend.After); break;
            case ReloadChange.BackendChanged backend: Backend(json, backend.Backend); break;
            case ReloadChange.KeysMoved keys:
                json.WriteString("upstream", keys.Name);
                json.WriteNumber("keys", keys.Keys);
                json.WriteNumber("moved", keys.Moved);
                json.WriteNumber("had_to", keys.Smallest);
                break;
            case ReloadChange.UpstreamAdded upstream: json.WriteString("upstream", upstream.Name); break;
            case ReloadChange.UpstreamRemoved upstream: json.WriteString("upstream", upstream.Name); break;
            case ReloadChange.BackendsReordered upstream: json.WriteString("upstream", upstream.Name); break;
            case ReloadChange.UpstreamChanged upstream:
                json.WriteString("upstream", upstream.Name);
                json.WriteStartArray("keys");
                foreach (var key in upstream.Keys)
                    json.WriteStringValue(key);
                json.WriteEndArray();
                break;
            case ReloadChange.ListenerAdded listener: json.WriteString("listener", listener.Listener.Address.ToString()); break;
            case ReloadChange.ListenerRemoved listener: json.WriteString("listener", listener.Listener.Address.ToString()); break;
            case ReloadChange.ListenerChanged listener: json.WriteString("listener", listener.After.Address.ToString()); break;
            case ReloadChange.SettingChanged setting: json.WriteString("key", setting.Key); break;
            case ReloadChange.RouteAdded or ReloadChange.RouteRemoved or ReloadChange.RouteChanged or ReloadChange.RoutesReordered: break;   // the text says it all
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void Backend(Utf8JsonWriter json, BackendId backend)
    {
        json.WriteString("upstream", backend.Upstream);
        json.WriteString("backend", backend.Address.ToString());
    }

    private static void BeforeAfter(Utf8JsonWriter json, int before, int after)
    {
        json.WriteNumber("before", before);
        json.WriteNumber("after", after);
    }
}
