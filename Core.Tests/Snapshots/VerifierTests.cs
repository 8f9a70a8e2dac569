using System.IO;
using System.Threading.Tasks;
using VerifyTests;

namespace Fairlead.Tests.Snapshots;

public sealed class VerifierTests
{
    [Fact]
    public Task Text_equal_to_the_file_beside_the_test_passes() => Verify("first line\nsecond line\n");

    [Fact]
    public Task Line_ends_do_not_matter() => Verify("first line\r\nsecond line");

    [Theory]
    [InlineData("one")]
    [InlineData("two")]
    public Task Each_run_of_a_theory_has_its_file(string number) => Verify("number " + number).UseTextForParameters(number).ToTask();

    [Fact]
    public async Task A_difference_fails_and_leaves_what_was_received()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("Some.Test.verified.txt"), "before");

        var failure = await Assert.ThrowsAsync<VerifyException>(() => Verify("after", folder.File("Some.cs"), "Test"));

        Assert.Contains("before", failure.Message, System.StringComparison.Ordinal);
        Assert.Equal("after", await File.ReadAllTextAsync(folder.File("Some.Test.received.txt")));

        await Verify("before", folder.File("Some.cs"), "Test");
        Assert.False(File.Exists(folder.File("Some.Test.received.txt")), "what was received once is gone when the test passes again");
    }

    [Fact]
    public async Task A_new_test_fails_until_its_text_is_verified()
    {
        using var folder = new TemporaryFolder();

        await Assert.ThrowsAsync<VerifyException>(() => Verify("text", folder.File("Some.cs"), "Test"));
        File.Move(folder.File("Some.Test.received.txt"), folder.File("Some.Test.verified.txt"));

        await Verify("text", folder.File("Some.cs"), "Test");
    }
}

/// <summary>A folder of its own, gone with the test.</summary>
internal sealed class TemporaryFolder : System.IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("fairlead-").FullName;

    public string File(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
