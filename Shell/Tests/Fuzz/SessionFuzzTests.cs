using System;
using System.IO;
using System.IO.Hashing;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Tests.Snapshots;

namespace Fairlead.Shell.Tests.Fuzz;

/// <summary>
/// Sessions by the thousand, each a stream that is nearly right. FAIRLEAD_FUZZ_SESSIONS says how many (the README's long runs), FAIRLEAD_FUZZ_SEED from which seed. A stream over
/// which accounts differ is kept in the folder Regressions and tried again ever after.
/// </summary>
public sealed class SessionFuzzTests
{
    private const long Seed = 20_261_124;
    private const long Sessions = 5_000;

    private static readonly string Regressions = Path.Combine(Repository.Root, "Shell", "Tests", "Fuzz", "Regressions");

    public static TheoryData<string> Kept => [.. Directory.EnumerateFiles(Regressions).Select(static file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task What_the_client_sent_what_the_proxy_believes_and_what_backends_saw_agree()
    {
        using var fuzzer = new SessionFuzzer();
        var (seed, sessions) = ((ulong)Variable.Number("FAIRLEAD_FUZZ_SEED", Seed), Variable.Number("FAIRLEAD_FUZZ_SESSIONS", Sessions));
        for (var index = 0L; index < sessions; index++)
        {
            var stream = SessionTraffic.Session(seed, index);
            if (await fuzzer.BrokenAsync(stream) is { } broken)
                Assert.Fail($"session {index} of seed {seed}, kept as {Keep(stream)}: {broken}");
        }

        Assert.InRange(fuzzer.Executed, sessions, 6 * sessions);     // requests are executed: a proxy that refused everything would agree with anybody
        Assert.InRange(fuzzer.Answered, sessions, 6 * sessions);
        Assert.True(fuzzer.Tunnelled > sessions, $"{fuzzer.Tunnelled} bytes went through tunnels");
        Assert.True(fuzzer.Connected > sessions / 20, $"CONNECT opened {fuzzer.Connected} tunnels");
        Assert.True(fuzzer.Secured is var (clients, backends) && clients > sessions / 16 && backends > sessions / 16, $"{fuzzer.Secured} answers over TLS");
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public async Task A_stream_that_once_was_misread_is_not_any_more(string file)
    {
        using var fuzzer = new SessionFuzzer();
        if (file != ".gitkeep")
            Assert.Null(await fuzzer.BrokenAsync(await File.ReadAllBytesAsync(Path.Combine(Regressions, file))));
    }

    private static string Keep(byte[] stream)
    {
        var file = Path.Combine(Regressions, $"session-{XxHash64.HashToUInt64(stream):x16}.bin");
        File.WriteAllBytes(file, stream);
        return file;
    }
}
