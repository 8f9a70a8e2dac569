global using static VerifyXunit.Verifier;
using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Tests.Snapshots;
using VerifyTests;

// Verify.Xunit's conventions in one file, for as long as its dependency cannot be restored: same namespaces, same calls, same file names. The package replaces this file.
namespace VerifyXunit
{
    /// <summary>
    /// Compares text with <c>Class.Method.verified.txt</c> beside the test. On a difference <c>Class.Method.received.txt</c> is written there: look at it, and rename it
    /// if it is right.
    /// </summary>
    public static class Verifier
    {
        /// <summary>Starts a comparison; await it, or return it from the test.</summary>
        public static SettingsTask Verify(string target, [CallerFilePath] string sourceFile = "", [CallerMemberName] string method = "") => new(target, sourceFile, method);
    }
}

namespace VerifyTests
{
    /// <summary>A comparison that begins when it is awaited, so that it can be refined first.</summary>
    public sealed class SettingsTask(string target, string sourceFile, string method)
    {
        private string _parameters = "";

        /// <summary>Tells the runs of a parameterised test apart: <c>Class.Method_text.verified.txt</c>.</summary>
        public SettingsTask UseTextForParameters(string text)
        {
            _parameters = "_" + text;
            return this;
        }

        public TaskAwaiter GetAwaiter() => ToTask().GetAwaiter();

        public static implicit operator Task(SettingsTask settings) => settings.ToTask();

        public async Task ToTask()
        {
            var source = Repository.OnDisk(sourceFile);
            var stem = Path.Combine(Path.GetDirectoryName(source)!, $"{Path.GetFileNameWithoutExtension(source)}.{method}{_parameters}");
            var (verified, received) = (stem + ".verified.txt", stem + ".received.txt");

            var expected = File.Exists(verified) ? Lines(await File.ReadAllTextAsync(verified)) : null;
            if (expected == Lines(target))
            {
                File.Delete(received);
                return;
            }

            await File.WriteAllTextAsync(received, Lines(target), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            throw new VerifyException(expected is null
                ? $"New: {received}\n\n{target}"
                : $"Not equal: {received}\n\nVerified:\n{expected}\n\nReceived:\n{target}");
        }

        private static string Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');
    }

    /// <summary>The text is not the one verified, or none was verified yet.</summary>
    public sealed class VerifyException(string message) : Exception(message);
}
