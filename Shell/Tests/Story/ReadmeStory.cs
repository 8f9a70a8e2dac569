using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Tests.Snapshots;

namespace Fairlead.Shell.Tests.Story;

/// <summary>What the README tells a newcomer to type is what the console understands.</summary>
public sealed class ReadmeStory
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public async Task Its_configurations_are_valid()
    {
        using var folder = new TestFolder();
        var blocks = Regex.Matches(Readme, "```yaml\n(.*?)```", RegexOptions.Singleline).Select(static match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(blocks);
        foreach (var yaml in blocks)
        {
            var (code, output, error) = await FairleadProcess.ToEndAsync("validate", folder.Write("fairlead.yaml", yaml));
            Assert.True(code == 0, output + error);
        }
    }

    [Fact]
    public async Task The_commands_it_lists_are_the_commands_there_are()
    {
        var (_, help, _) = await FairleadProcess.ToEndAsync("--help");
        var listed = Regex.Match(Readme, "lists its commands: (.*?)\\. Every key", RegexOptions.Singleline).Groups[1].Value;

        var there = Regex.Matches(help.Split("Commands:")[1].Split("\n\n")[0], @"^ {2}([a-z]+)", RegexOptions.Multiline).Select(static match => match.Groups[1].Value);
        Assert.Equal(there.Order(), Regex.Matches(listed, "`([a-z]+)`").Select(static match => match.Groups[1].Value).Order());
    }

    [Fact]
    public void Its_two_commands_name_what_is_there()
    {
        var commands = Regex.Matches(Readme, "```sh\n(.*?)\n```", RegexOptions.Singleline).Select(static match => match.Groups[1].Value).ToList();

        Assert.Equal(["dotnet run --project Shell/Console -- demo", "dotnet test Functional.sln"], commands);
        Assert.True(Directory.EnumerateFiles(Path.Combine(Repository.Root, "Shell/Console"), "*.csproj").Any());
        Assert.True(File.Exists(Path.Combine(Repository.Root, "Functional.sln")));
    }
}
