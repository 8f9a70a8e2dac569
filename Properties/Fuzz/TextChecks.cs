using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Fuzz;

/// <summary>The laws of smaller readers, for one input: total, and what was read and written reads back.</summary>
internal static class TextChecks
{
    private const int KeysMax = 32;

    private static readonly IPNetwork[] Trusted = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")];
    private static readonly Seq<ConnectTarget> Allowed = ConnectTarget.Parse("*.a.test:443").ToSeq();
    private static readonly IPAddress Proxy = IPAddress.Parse("10.0.0.9");

    public static void Path(byte[] input, Dice dice)
    {
        var once = new byte[input.Length];
        var length = PathNormalizer.RemoveDotSegments(input, once);
        Law.Holds(length >= -1 && length <= input.Length, "a path does not grow");
        if (length <= 0 || input[0] != (byte)'/')
            return;
        Law.Holds(once[0] == (byte)'/' && !PathNormalizer.HasDotSegments(once.AsSpan(0, length)), "no dot segment is left");
        var twice = new byte[length];
        Law.Holds(PathNormalizer.RemoveDotSegments(once.AsSpan(0, length), twice) == length && twice.AsSpan().SequenceEqual(once.AsSpan(0, length)), "twice is once");
        if (!PathNormalizer.HasDotSegments(input))
            Law.Holds(once.AsSpan(0, length).SequenceEqual(input), "a path without dot segments is left as it is");
    }

    public static void ForwardedFor(byte[] input, Dice dice)
    {
        var text = Latin(input);
        var client = Client("X-Forwarded-For: " + text, ForwardingFields.XForwarded);
        Law.Holds(client is not null, "there is always an address");
        var forged = Client("X-Forwarded-For: " + text + ", 203.0.113.9", ForwardingFields.XForwarded);
        Law.Agrees("203.0.113.9", forged!.ToString(), "what stands left of a stranger does not matter");
        Law.Agrees(Proxy.ToString(), Client("X-Forwarded-For: " + text + ", unknown", ForwardingFields.XForwarded)!.ToString(), "what stands left of garbage does not matter");
    }

    public static void Forwarded(byte[] input, Dice dice)
    {
        Law.Holds(Client("Forwarded: " + Latin(input), ForwardingFields.Forwarded) is not null, "there is always an address");
        var lines = new FieldLines("Forwarded: " + Latin(input));
        var stranger = IPAddress.Parse(dice.OneIn(2) ? "2001:db8::7" : "203.0.113.9");
        var written = new byte[ForwardedElement.BytesMax(lines.Fields, 1)];
        var length = ForwardedElement.Write(written, lines.Bytes, lines.Fields, stranger, isTls: true, "a"u8);
        Law.Holds(length > 0, "there is room for our element");
        Law.Agrees(stranger.ToString(), Client("Forwarded: " + Encoding.Latin1.GetString(written, 0, length), ForwardingFields.Forwarded)!.ToString(), "our element is read behind whatever was received");
    }

    public static void Ip(byte[] input, Dice dice)
    {
        var text = Latin(input);
        if (!IpText.TryParse(text, out var address))
            return;
        Law.Holds(IPAddress.TryParse(text, out var other) && other.Equals(address), "an address is the one the system reads");
        Span<byte> written = stackalloc byte[IpText.BytesMax];
        var length = IpText.Write(address.GetAddressBytes(), written);
        Law.Holds(IpText.TryParse(Encoding.ASCII.GetString(written[..length]), out var again) && again.Equals(address), "an address that was written reads back");
    }

    public static void Duration(byte[] input, Dice dice) => DurationText.Parse(Latin(input)).IfSome(static duration =>
    {
        Law.Holds(duration >= TimeSpan.Zero, "no duration is negative");
        if (duration <= DurationText.Max)
            Law.Agrees(Some(duration), DurationText.Parse(DurationText.Write(duration)), "a duration that was written reads back");
    });

    public static void Statuses(byte[] input, Dice dice) => StatusSet.Parse(Latin(input)).IfSome(static set =>
    {
        Law.Agrees(Some(set), StatusSet.Parse(set.ToString()), "a set that was written reads back");
        Law.Holds(!set.Contains(99) && !set.Contains(600), "no status is out of range");
    });

    public static void Backend(byte[] input, Dice dice) => BackendAddress.Parse(Latin(input)).IfSome(static address =>
        Law.Agrees(Some(address), BackendAddress.Parse(address.ToString()!), "an address that was written reads back"));

    public static void Connect(byte[] input, Dice dice)
    {
        ConnectTarget.Parse(Latin(input)).IfSome(static target => Law.Agrees(Some(target), ConnectTarget.Parse(target.ToString()!), "a target that was written reads back"));
        var chosen = ConnectTarget.Choose(input, Allowed);
        chosen.IfSome(static address => Law.Holds(address.ToString()!.EndsWith(".a.test:443", StringComparison.OrdinalIgnoreCase), "only what is allowed is dialled"));
    }

    public static void MaxForwardsOf(byte[] input, Dice dice)
    {
        var lines = new FieldLines("Max-Forwards: " + Latin(input));
        Law.Holds(MaxForwards.Of(MethodKind.Options, lines.Bytes, lines.Fields) is null or >= 0, "no count is negative");
    }

    /// <summary>Lines <c>key/key=value</c> make the tree, as deep as a file may be.</summary>
    public static void Settings(byte[] input, Dice dice)
    {
        var tree = new Dictionary<string, object>();
        foreach (var line in Latin(input).Split('\n').Where(static line => line.Contains('=', StringComparison.Ordinal)))
        {
            var (keys, value) = (line.Split('=', 2)[0].Split('/', KeysMax), line.Split('=', 2)[1]);
            var at = keys[..^1].Aggregate(tree, static (map, key) => map.GetValueOrDefault(key) as Dictionary<string, object> ?? (Dictionary<string, object>)(map[key] = new Dictionary<string, object>()));
            at[keys[^1]] = value;
        }

        var read = SettingsReader.Read(Node(tree), HashMap(("S", Latin(input))));
        read.Match(
            static settings => Law.Holds(settings.Listeners.Count > 0, "settings that are valid listen somewhere"),
            static faults => Law.Holds(!faults.IsEmpty && faults.ForAll(static fault => fault.ToString().Length > 0), "settings that are invalid say why"));
    }

    private static readonly System.Collections.Generic.HashSet<string> Listed = ["listeners", "routes", "backends", "trusted-proxies"];

    private static ConfigNode Node(object value, string key = "")
    {
        ConfigNode node = value is Dictionary<string, object> map
            ? new ConfigNode.Map(ConfigPosition.Start, toSeq(map.Select(static pair => new ConfigEntry(pair.Key, ConfigPosition.Start, Node(pair.Value, pair.Key))).ToArray()).Strict())
            : new ConfigNode.Scalar(ConfigPosition.Start, (string)value);
        return Listed.Contains(key) ? new ConfigNode.List(ConfigPosition.Start, Seq1(node)) : node;
    }

    private static IPAddress? Client(string line, ForwardingFields forwarding)
    {
        var lines = new FieldLines(line);
        return ClientAddress.Effective(Proxy, Trusted, lines.Bytes, lines.Fields, forwarding);
    }

    private static string Latin(byte[] input) => Encoding.Latin1.GetString(input);
}
