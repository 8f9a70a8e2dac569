using System;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Linq;
using System.Text;
using Fairlead.Primitives;

namespace Fairlead.Properties.Fuzz;

/// <summary>A parser under fuzz: how its input is written by those who write it well, and the laws, which throw for an input that breaks one.</summary>
internal sealed record FuzzedParser(string Name, Func<Dice, string> Write, Action<byte[], Dice> Check)
{
    /// <summary>Every parser there is; a new one is a line.</summary>
    public static ImmutableArray<FuzzedParser> All { get; } =
    [
        new("request-head", Traffic.Request, HeadChecks.Request),
        new("response-head", Traffic.Response, HeadChecks.Response),
        new("chunked-body", Traffic.Chunked, BodyChecks.ChunkedBody),
        new("chunk-extensions", Traffic.Extension, BodyChecks.ChunkExtensions),
        new("trailer-section", Traffic.TrailerSection, BodyChecks.Trailers),
        new("other-bodies", Traffic.Chunked, BodyChecks.OtherBodies),
        new("path", Words("/a/../b/./c", "/%2e%2E/x", "/a/..;/b", "/.../", "/a//../b/.."), TextChecks.Path),
        new("x-forwarded-for", Traffic.ForwardedFor, TextChecks.ForwardedFor),
        new("forwarded", Traffic.Forwarded, TextChecks.Forwarded),
        new("ip", Words("192.0.2.1", "2001:db8::1", "::ffff:10.0.0.3", "1:2:3:4:5:6:7:8", "fe80::1%1", "0.0.0.0"), TextChecks.Ip),
        new("duration", Words("250ms", "1m30s", "2h", "1d", "24d", "1d2h3m4s5ms", "0s"), TextChecks.Duration),
        new("status-set", Words("200", "200-299", "200,204, 301-308", "100-599"), TextChecks.Statuses),
        new("backend-address", Words("10.0.0.1:80", "[2001:db8::1]:443", "app.example:8080", "unix:/run/a.sock", "a_b-c.:1"), TextChecks.Backend),
        new("connect-target", Words("b.a.test:443", "*.a.test:443", "[::1]:1", "a.test:443", "x.y.A.TEST:443"), TextChecks.Connect),
        new("max-forwards", Words("0", "10", "9223372036854775807", " 3"), TextChecks.MaxForwardsOf),
        new("settings", Traffic.Settings, TextChecks.Settings),
    ];

    /// <summary>Input number <paramref name="index"/> of a run: the same for the same seed on every machine.</summary>
    public byte[] Input(ulong seed, long index)
    {
        var dice = new Dice(Entropy.Mix(seed ^ Entropy.Mix((ulong)index ^ XxHash64.HashToUInt64(Encoding.ASCII.GetBytes(Name)))));
        return dice.OneIn(16) ? Mutator.Noise(dice) : Mutator.Mutate(Latin(Write(dice)), Latin(Write(dice)), dice);
    }

    /// <summary>Null when the laws hold for that input; otherwise which did not, and how.</summary>
    public Exception? Broken(byte[] input)
    {
        try
        {
            Check(input, Dice.Of(input));
            return null;
        }
        catch (Exception broken)                                     // parsers never throw: whatever comes is a finding
        {
            return broken;
        }
    }

    public static FuzzedParser Named(string name) => All.Single(parser => parser.Name == name);

    private static Func<Dice, string> Words(params string[] words) => dice => dice.Pick<string>(words);

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}
